import * as tf from '@tensorflow/tfjs-core';
import {
  dividesExactly,
  type InputsOf,
  shapeOf,
  transposable,
  uploadedInputs,
  writeRows,
} from './block-inputs.js';

/** What is used of the backend of @tensorflow/tfjs-node. */
interface NodeBackend {
  readonly binding: NodeBinding;
  createOutputTensor(metadata: object): tf.Tensor2D;
}

interface NodeBinding {
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_UINT8: number;
  readonly TF_FLOAT: number;
  createTensor(shape: number[], type: number, values: Uint8Array): number;
  executeOp(
    name: string,
    attributes: { name: string; type: number; value: unknown }[],
    inputs: number[],
    outputs: number,
  ): object[];
  deleteTensor(id: number): void;
}

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
function cast(bytes: Uint8Array, shape: [number, number]): tf.Tensor2D {
  const backend = tf.backend() as unknown as NodeBackend;
  const { binding } = backend;
  const { TF_ATTR_TYPE, TF_ATTR_BOOL, TF_UINT8, TF_FLOAT } = binding;
  const attributes = [
    { name: 'SrcT', type: TF_ATTR_TYPE, value: TF_UINT8 },
    { name: 'DstT', type: TF_ATTR_TYPE, value: TF_FLOAT },
    { name: 'Truncate', type: TF_ATTR_BOOL, value: false },
  ];
  const id = binding.createTensor(shape, TF_UINT8, bytes);
  try {
    const [floats] = binding.executeOp('Cast', attributes, [id], 1);
    return backend.createOutputTensor(floats as object);
  } finally {
    binding.deleteTensor(id);
  }
}
