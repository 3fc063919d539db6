import * as tf from '@tensorflow/tfjs-core';
import { type Sums, scaledGradient, scoresOf } from './sums.js';
import type { Block } from './tfjs-split.js';

/** What is used of the backend of @tensorflow/tfjs-node. */
interface NodeBackend {
  readonly binding: {
    readonly TF_ATTR_TYPE: number;
    readonly TF_FLOAT: number;
    readonly TF_INT32: number;
  };
  executeMultipleOutputs(
    name: string,
    attributes: { name: string; type: number; value: unknown }[],
    inputs: tf.TensorInfo[],
    outputs: number,
  ): tf.TensorInfo[];
}

const CROSS_ENTROPY = 'SoftregCrossEntropy';

tf.registerKernel({
  kernelName: CROSS_ENTROPY,
  backendName: 'tensorflow',
  kernelFunc({ inputs, backend }) {
    const { binding, executeMultipleOutputs } = backend as unknown as NodeBackend;
    const { TF_ATTR_TYPE, TF_FLOAT, TF_INT32 } = binding;
    const attributes = [
      { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
      { name: 'Tlabels', type: TF_ATTR_TYPE, value: TF_INT32 },
    ];
    return executeMultipleOutputs.call(
      backend,
      'SparseSoftmaxCrossEntropyWithLogits',
      attributes,
      [inputs.scores as tf.TensorInfo, inputs.labels as tf.TensorInfo],
      2,
    );
  },
});

export const NATIVE_SUMS_KERNELS = 4;

/** Loss and gradient of a block, where TensorFlow's own kernel gives each example's loss and softmax - one-hot at once. */
export function nativeSums(block: Block, weights: tf.Tensor2D): Sums {
  const { inputs, labels } = block;
  const scores = scoresOf(block, weights);
  const [losses, residual] = tf
    .engine()
    .runKernel(CROSS_ENTROPY, { scores, labels }) as unknown as [tf.Tensor1D, tf.Tensor2D];
  return {
    loss: tf.sum(losses),
    gradient: scaledGradient(block, tf.matMul(inputs, residual, true)),
  };
}
