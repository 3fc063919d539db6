import * as tf from '@tensorflow/tfjs-core';

type Tensors<Name extends string, T> = { readonly [name in Name]: T };

/**
 * A kernel of our own, with a matrix for its result. It is registered with TensorFlow.js, at first use, so that tidy, memory and
 * profile see it.
 */
export function kernel<Backend, Name extends string, Attributes extends tf.NamedAttrMap>(
  backendName: string,
  kernelName: string,
  run: (
    backend: Backend,
    tensors: Tensors<Name, tf.TensorInfo>,
    attributes: Attributes,
  ) => tf.TensorInfo,
): (tensors: Tensors<Name, tf.Tensor>, attributes: Attributes) => tf.Tensor2D {
  return (tensors, attributes) => {
    if (tf.getKernel(kernelName, backendName) === undefined) {
      tf.registerKernel({
        kernelName,
        backendName,
        kernelFunc: ({ backend, inputs, attrs }) =>
          run(backend as Backend, inputs as Tensors<Name, tf.TensorInfo>, attrs as Attributes),
      });
    }
    return tf.engine().runKernel(kernelName, tensors, attributes);
  };
}
