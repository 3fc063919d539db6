import type { GPGPUProgram } from '@tensorflow/tfjs-backend-webgl';
import { PAIRS } from './packed-pairs.js';

/** From scores to residuals and losses. Each texel, of two examples, finds their normalizers anew. */
export function residualsProgram(examples: number, columns: number): GPGPUProgram {
  return {
    variableNames: ['scores', 'oneHot'],
    packedInputs: true,
    packedOutput: true,
    enableShapeUniforms: true,
    outputShape: [examples, columns],
    customUniforms: [{ name: 'classes', type: 'int' }],
    userCode,
  };
}

const userCode = `
  ${PAIRS}

  vec2 losses(int row, vec2 largest, vec2 normalizer) {
    vec2 labelScore = vec2(0.0);
    for (int c = 0; c < classes; c++) {
      bvec2 isLabel = greaterThan(twoOf(oneHot, oneHotShape.y, row, c), vec2(0.5));
      labelScore = mix(labelScore, scoresOf(row, c), isLabel);
    }
    return log(normalizer) - (labelScore - largest);
  }

  void main() {
    ivec2 first = getOutputCoords();
    int row = first.x / 2;
    vec2 largest = scoresOf(row, 0);
    for (int c = 1; c < classes; c++) {
      largest = max(largest, scoresOf(row, c));
    }
    vec2 normalizer = vec2(0.0);
    for (int c = 0; c < classes; c++) {
      normalizer += exp(scoresOf(row, c) - largest);
    }
    vec4 residual = vec4(0.0);
    if (first.y < classes) {
      vec4 shifted = fourOf(scores, scoresShape.y, row, first.y) - largest.xxyy;
      vec4 label = fourOf(oneHot, oneHotShape.y, row, first.y);
      residual = exp(shifted) / normalizer.xxyy - label;
    }
    if (first.y + 2 == outShape.y) {
      residual.ga = losses(row, largest, normalizer);
    }
    setOutput(residual);
  }
`;
