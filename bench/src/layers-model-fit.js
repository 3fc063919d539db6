import { TUTORIAL_SETTINGS } from '@softreg/trainer';
import * as tf from '@tensorflow/tfjs';

const { batchSize, learningRate } = TUTORIAL_SETTINGS;

/**
 * The tutorial's model and rule as a `tf.LayersModel`.
 *
 * @param {import('@softreg/backend').Examples} examples
 * @param {boolean} [givesLogits] rather than probabilities. The loss of those is 'categoricalCrossentropy', which gives images
 * of less than 1e-7 no gradient: from epoch 21 that is another run than the tutorial's, one of 152 epochs.
 */
export function createLayersModel({ features, classes }, givesLogits = false) {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({
        units: classes,
        inputShape: [features],
        activation: givesLogits ? 'linear' : 'softmax',
        kernelInitializer: 'zeros',
      }),
    ],
  });
  model.compile({
    optimizer: tf.train.sgd(learningRate),
    loss: givesLogits ? tf.losses.softmaxCrossEntropy : 'categoricalCrossentropy',
  });
  return model;
}

/** One epoch over the tensors, minibatch after minibatch, in order. */
export async function fitEpoch(model, { inputs, targets }) {
  await model.fit(inputs, targets, {
    batchSize,
    epochs: 1,
    shuffle: false,
    verbose: 0,
    yieldEvery: 'never',
  });
}

/** The examples of the first minibatches. */
export function tensorsOf({ values, scale, labels, features, classes }, minibatches) {
  const count = minibatches * batchSize;
  const inputs = Float32Array.from(values.subarray(0, count * features), (value) => value / scale);
  const targets = new Float32Array(count * classes);
  for (let row = 0; row < count; row++) targets[row * classes + labels[row]] = 1;
  return {
    inputs: tf.tensor2d(inputs, [count, features]),
    targets: tf.tensor2d(targets, [count, classes]),
  };
}
