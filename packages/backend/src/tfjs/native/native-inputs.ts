import * as tf from '@tensorflow/tfjs-core';
import {
  dividesExactly,
  type InputsOf,
  shapeOf,
  transposable,
  uploadedInputs,
  writeRows,
} from '../block-inputs.js';
import { attributesOf, natively } from './library.js';

/** Bytes go to TensorFlow as bytes, a quarter of the floats that its own kernel makes of them. */
export function nativeInputs(): InputsOf {
  // New memory for each minibatch takes longer than filling it.
  let scratch = new Uint8Array(0);
  return (examples, rows, divisors) => {
    if (!(examples.values instanceof Uint8Array)) return uploadedInputs(examples, rows, divisors);
    const shape = shapeOf(examples, rows);
    const size = shape[0] * shape[1];
    if (scratch.length < size) scratch = new Uint8Array(size);
    const bytes = scratch.subarray(0, size);
    writeRows(bytes, examples, rows, 1);
    if (divisors && dividesExactly(examples)) {
      return transposable(cast(bytes, shape), divisors.of(examples));
    }
    const { features, scale } = examples;
    const row = new Float32Array(features + 1).fill(scale).fill(1, features);
    return transposable(
      tf.tidy(() => tf.div(cast(bytes, shape), tf.tensor2d(row, [1, features + 1]))),
    );
  };
}

/** TensorFlow.js has no tensors of bytes; the library below it has. */
function cast(values: Uint8Array, shape: [number, number]): tf.Tensor2D {
  const attributes = attributesOf({ SrcT: 'UINT8', DstT: 'FLOAT', Truncate: false });
  const [floats] = natively(({ bytes, run }) => [run('Cast', attributes, bytes(shape, values))]);
  return floats as tf.Tensor2D;
}
