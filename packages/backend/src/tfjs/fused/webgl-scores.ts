import type { GPGPUProgram } from '@tensorflow/tfjs-backend-webgl';
import { loop, type ReadTexel, TEXEL } from './packed-texture.js';

/** XW. */
export function scoresProgram(examples: number, columns: number): GPGPUProgram {
  return {
    variableNames: ['inputs', 'state'],
    packedInputs: true,
    packedOutput: true,
    enableShapeUniforms: true,
    outputShape: [examples, columns],
    customUniforms: [{ name: 'classes', type: 'int' }],
    userCode,
  };
}

const addUp = (read: ReadTexel) => `
  vec4 x = ${read('inputs', 'at.x', 'i')};
  vec4 w = ${read('state', 'i', 'at.y')};
  sum += x.rrbb * w.rgrg;
  sum += x.ggaa * w.baba;`;

const userCode = `
  ${TEXEL}

  void main() {
    ivec2 first = getOutputCoords();
    ivec2 at = first / 2;
    int pairs = first.y < classes ? texelsIn(inputsShape.y) : 0;
    vec4 sum = vec4(0.0);
    ${loop(['inputs', 'state'], addUp)}
    setOutput(sum);
  }
`;
