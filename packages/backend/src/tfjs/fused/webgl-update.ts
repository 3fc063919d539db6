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
      { name: 'steps', type: 'float' },
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

  // By its bits: drivers take numbers for finite.
  bool isFinite(float x) {
    return (floatBitsToUint(x) & 0x7f800000u) != 0x7f800000u;
  }

  float runningLoss() {
    int bias = outShape.x - 1;
    vec4 last = texelOf(state, stateShape.y, bias / 2, outShape.y / 2 - 1);
    return bias % 2 == 0 ? last.g : last.a;
  }

  void main() {
    ivec2 first = getOutputCoords();
    ivec2 at = first / 2;
    vec4 old = texelOf(state, stateShape.y, at.x, at.y);
    if (!isFinite(runningLoss())) {
      setOutput(old);
      return;
    }
    ivec4 rows = first.x + ivec4(0, 0, 1, 1);
    bvec4 isBias = equal(rows, ivec4(outShape.x - 1));
    bool isUsed = first.y < classes || any(isBias);
    int pairs = isUsed ? texelsIn(inputsShape.x) : 0;
    vec4 gradient = vec4(0.0);
    ${loop(['inputs', 'residuals'], addUp)}
    vec4 next = mix(vec4(decay), vec4(1.0), isBias) * old - rate * gradient;
    if (first.y + 2 == outShape.y) {
      bvec4 isCount = equal(rows, ivec4(outShape.x - 2));
      next.ga = mix(vec2(0.0), vec2(steps), isCount.ga);
      next.ga = mix(next.ga, old.ga + gradient.ga / examples, isBias.ga);
    }
    setOutput(next);
  }
`;
