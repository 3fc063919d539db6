import * as tf from '@tensorflow/tfjs-core';
import { type InputsOf, shapeOf, writeRows } from './block-inputs.js';

/** Where the device is this thread, its operations take longer than a loop. */
export const inputsHere: InputsOf = (examples, rows) => {
  // Rounded, as it is on the other devices.
  const scale = Math.fround(examples.scale);
  const shape = shapeOf(examples, rows);
  const values = new Float32Array(shape[0] * shape[1]);
  writeRows(values, examples, rows, scale);
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / scale;
  return { inputs: tf.tensor2d(values, shape), transpose: () => transposed(values, shape) };
};

/** Rows that are transposed at a time, so that what is written to stays in the cache. */
const TRANSPOSED_ROWS = 16;

function transposed(values: Float32Array, [rows, columns]: [number, number]): tf.Tensor2D {
  const result = new Float32Array(values.length);
  for (let first = 0; first < rows; first += TRANSPOSED_ROWS) {
    const end = Math.min(first + TRANSPOSED_ROWS, rows);
    for (let k = 0; k < columns; k++) {
      for (let i = first; i < end; i++) result[k * rows + i] = values[i * columns + k] as number;
    }
  }
  return tf.tensor2d(result, [columns, rows]);
}
