import type { GPGPUProgram } from '@tensorflow/tfjs-backend-webgl';
import { PAIRS } from './packed-pairs.js';

/**
 * Adds 1 to the tally of a row if the row's prediction, the first class of the largest score, is wrong. The tally may have more rows
 * than the block.
 */
export function errorsProgram(rows: number): GPGPUProgram {
  return {
    variableNames: ['scores', 'oneHot', 'tally'],
    packedInputs: true,
    packedOutput: true,
    enableShapeUniforms: true,
    outputShape: [rows, 1],
    customUniforms: [{ name: 'classes', type: 'int' }],
    userCode,
  };
}

const userCode = `
  ${PAIRS}

  void main() {
    int first = getOutputCoords().x;
    int row = first / 2;
    vec2 largest = scoresOf(row, 0);
    vec2 right = twoOf(oneHot, oneHotShape.y, row, 0);
    for (int c = 1; c < classes; c++) {
      vec2 score = scoresOf(row, c);
      bvec2 isLarger = greaterThan(score, largest);
      largest = mix(largest, score, isLarger);
      right = mix(right, twoOf(oneHot, oneHotShape.y, row, c), isLarger);
    }
    bvec2 isExample = lessThan(ivec2(first, first + 1), ivec2(scoresShape.x));
    vec2 errors = texelOf(tally, tallyShape.y, row, 0).rb + mix(vec2(0.0), 1.0 - right, isExample);
    setOutput(vec4(errors.x, 0.0, errors.y, 0.0));
  }
`;
