import * as tf from '@tensorflow/tfjs-core';
import type { Examples, Rows } from '../examples.js';
import { dividesExactly, type InputsOf, shapeOf, transposable, writeRows } from './block-inputs.js';

/** What is used of the backend of @tensorflow/tfjs-backend-wasm. */
interface WasmBackend {
  makeOutput(shape: number[], dtype: 'float32'): tf.TensorInfo;
  typedArrayFromHeap(info: tf.TensorInfo): Float32Array;
}

/** Bytes become floats where the tensor lies, in the memory of the WebAssembly: no array is made and copied. */
export const wasmInputs: InputsOf = (examples, rows, divisors) => {
  if (divisors && dividesExactly(examples)) {
    return transposable(floats(examples, rows, 1), divisors.of(examples));
  }
  const { scale } = examples;
  return transposable(tf.tidy(() => tf.div(floats(examples, rows, scale), scale)));
};

function floats(examples: Examples, rows: Rows, last: number): tf.Tensor2D {
  const backend = tf.backend() as unknown as WasmBackend;
  const info = backend.makeOutput(shapeOf(examples, rows), 'float32');
  const tensor = tf.engine().makeTensorFromTensorInfo(info) as tf.Tensor2D;
  writeRows(backend.typedArrayFromHeap(info), examples, rows, last);
  return tensor;
}
