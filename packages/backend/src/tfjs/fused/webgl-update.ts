import type { GPGPUProgram } from '@tensorflow/tfjs-backend-webgl';
import { loop, type ReadTexel, TEXEL } from './packed-texture.js';

/** The next state. X is read down its columns, so that it needs no transposed copy. */
export function updateProgram(inputs: number, columns: number): GPGPUProgram {
  return {
    variableNames: ['inputs', 'residuals', 'state'],
    packedInputs: true,
    packedOutput: true,
    enableShapeUniforms: true,
    outputShape: [inputs, columns],
    customUniforms: [
      { name: 'classes', type: 'int' },
      { name: 'rate', type: 'float' },
      { name: 'decay', type: 'float' },
      { name: 'examples', type: 'float' },
    ],
    userCode,
  };
}

const addUp = (read: ReadTexel) => `
  vec4 x = ${read('inputs', 'i', 'at.x')};
  vec4 r = ${read('residuals', 'i', 'at.y')};
  gradient += x.rrgg * r.rgrg;
  gradient += x.bbaa * r.baba;`;

const userCode = `
  ${TEXEL}

  void main() {
    ivec2 first = getOutputCoords();
    ivec2 at = first / 2;
    bvec4 isBias = equal(first.x + ivec4(0, 0, 1, 1), ivec4(outShape.x - 1));
    bool isUsed = first.y < classes || any(isBias);
    int pairs = isUsed ? texelsIn(inputsShape.x) : 0;
    vec4 gradient = vec4(0.0);
    ${loop(['inputs', 'residuals'], addUp)}
    vec4 old = texelOf(state, stateShape.y, at.x, at.y);
    vec4 next = mix(vec4(decay), vec4(1.0), isBias) * old - rate * gradient;
    if (first.y + 2 == outShape.y) {
      next.ga = mix(vec2(0.0), old.ga + gradient.ga / examples, isBias.ga);
    }
    setOutput(next);
  }
`;
