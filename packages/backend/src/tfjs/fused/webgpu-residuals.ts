import type { WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import { rowsOf, type Tiling, threadsOf, tiledProduct } from './tiled-product.js';

const TILING: Tiling = { tiles: 2, slices: 16 };
const EXAMPLES = rowsOf(TILING);
const THREADS = threadsOf(TILING);

/**
 * A workgroup takes 8 examples, and their classes four by four. Scores go through the result, so that there may be any number; one thread
 * has all those of an example.
 */
export function residualsProgram(examples: number, columns: number): WebGPUProgram {
  return {
    variableNames: ['inputs', 'labels', 'state'],
    variableComponents: [1, 1, 4],
    outputComponent: 4,
    outputShape: [examples, columns],
    uniforms: 'classes : i32,',
    workgroupSize: [THREADS, 1, 1],
    dispatchLayout: { x: [0] },
    dispatch: [Math.ceil(examples / EXAMPLES), 1, 1],
    shaderKey: 'SoftregResiduals',
    getUserCode: () => USER_CODE,
  };
}

const USER_CODE = `
  ${tiledProduct('state', TILING)}

  fn main(index : i32) {
    let thread = i32(localId.x);
    let firstExample = index / ${THREADS} * ${EXAMPLES};
    let example = firstExample + thread;
    let hasExample = thread < ${EXAMPLES} && example < uniforms.outShape[0];
    let inputCount = uniforms.inputsShape[1];
    let firstInputs = inputCount * rowsOf(thread, firstExample);
    let width = uniforms.outShape[1] / 4;
    for (var vector = 0; vector < width; vector++) {
      multiply(thread, firstInputs, 1, inputCount, vector);
      workgroupBarrier();
      if (hasExample) {
        result[example * width + vector] = product(thread);
      }
      workgroupBarrier();
    }
    if (hasExample) {
      finish(example);
    }
  }

  // From scores to residuals and loss.
  fn finish(example : i32) {
    let width = uniforms.outShape[1] / 4;
    let begin = example * width;
    var largest4 = vec4<f32>(result[begin].x);
    for (var v = 0; v < width; v++) {
      largest4 = select(largest4, max(largest4, result[begin + v]), isClass(v));
    }
    let largest = max(max(largest4.x, largest4.y), max(largest4.z, largest4.w));
    var normalizer4 = vec4<f32>(0.0);
    for (var v = 0; v < width; v++) {
      normalizer4 += select(vec4<f32>(0.0), exp(result[begin + v] - largest), isClass(v));
    }
    let normalizer = dot(normalizer4, vec4<f32>(1.0));
    let label = labels[example];
    let loss = log(normalizer) - (result[begin + label / 4][label % 4] - largest);
    for (var v = 0; v < width; v++) {
      let oneHot = select(vec4<f32>(0.0), vec4<f32>(1.0), columnsOf(v) == vec4<i32>(label));
      result[begin + v] = exp(result[begin + v] - largest) / normalizer - oneHot;
    }
    result[begin + width - 1].w = loss;
  }

  fn columnsOf(vector : i32) -> vec4<i32> {
    return 4 * vector + vec4<i32>(0, 1, 2, 3);
  }

  fn isClass(vector : i32) -> vec4<bool> {
    return columnsOf(vector) < vec4<i32>(uniforms.classes);
  }
`;
