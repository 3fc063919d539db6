import * as tf from '@tensorflow/tfjs-core';
import { attributesOf, type NativeBackend } from './library.js';

/** TensorFlow's kernel that gives each example's loss, and softmax - one-hot, at once. TensorFlow.js has none of it. */
export const CROSS_ENTROPY = 'SparseSoftmaxCrossEntropyWithLogits';

export const crossEntropyAttributes = () => attributesOf({ T: 'FLOAT', Tlabels: 'INT32' });

tf.registerKernel({
  kernelName: CROSS_ENTROPY,
  backendName: 'tensorflow',
  kernelFunc: ({ inputs, backend }) =>
    (backend as unknown as NativeBackend).executeMultipleOutputs(
      CROSS_ENTROPY,
      crossEntropyAttributes(),
      [inputs.scores as tf.TensorInfo, inputs.labels as tf.TensorInfo],
      2,
    ),
});
