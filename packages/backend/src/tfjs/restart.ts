import * as tf from '@tensorflow/tfjs-core';

/** Has TensorFlow.js forget a backend whose device is lost, so that the next start takes a new device. */
export function forgetBackend(name: string): void {
  const factory = tf.findBackendFactory(name);
  tf.removeBackend(name);
  tf.registerBackend(name, factory);
}
