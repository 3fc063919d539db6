import type { WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import { rowsOf, type Tiling, threadsOf, tiledProduct } from './tiled-product.js';

const TILING: Tiling = { tiles: 4, slices: 8 };
const INPUTS = rowsOf(TILING);
const THREADS = threadsOf(TILING);

/** A workgroup takes 16 inputs by four columns. It reads X by rows, and so needs no transposed copy. */
export function updateProgram(inputs: number, columns: number): WebGPUProgram {
  return {
    variableNames: ['inputs', 'residuals', 'state'],
    variableComponents: [1, 4, 4],
    outputComponent: 4,
    outputShape: [inputs, columns],
    uniforms: 'rate : f32, decay : f32, examples : f32, steps : f32,',
    workgroupSize: [THREADS, 1, 1],
    dispatchLayout: { x: [0] },
    dispatch: [Math.ceil(inputs / INPUTS) * (columns / 4), 1, 1],
    shaderKey: 'SoftregUpdate',
    getUserCode: () => USER_CODE,
  };
}

const USER_CODE = `
  ${tiledProduct('residuals', TILING)}

  fn main(index : i32) {
    let thread = i32(localId.x);
    let group = index / ${THREADS};
    let width = uniforms.outShape[1] / 4;
    let firstInput = group / width * ${INPUTS};
    let vector = group % width;
    let inputCount = uniforms.outShape[0];
    let hasLoss = isFinite(state[inputCount * width - 1].w);
    multiply(thread, rowsOf(thread, firstInput), inputCount, uniforms.inputsShape[0], vector);
    workgroupBarrier();
    let input = firstInput + thread;
    if (thread < ${INPUTS} && input < inputCount) {
      let at = input * width + vector;
      result[at] = state[at];
      if (hasLoss) {
        result[at] = next(input, vector, product(thread));
      }
    }
  }

  // By its bits: compilers may take numbers for finite.
  fn isFinite(x : f32) -> bool {
    return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
  }

  fn next(input : i32, vector : i32, gradient : vec4<f32>) -> vec4<f32> {
    let width = uniforms.outShape[1] / 4;
    let rowsLeft = uniforms.outShape[0] - input;
    let isBias = rowsLeft == 1;
    let old = state[input * width + vector];
    var updated = select(uniforms.decay, 1.0, isBias) * old - uniforms.rate * gradient;
    if (vector == width - 1) {
      updated.w = select(0.0, uniforms.steps, rowsLeft == 2);
      updated.w = select(updated.w, old.w + gradient.w / uniforms.examples, isBias);
    }
    return updated;
  }
`;
