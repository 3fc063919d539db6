import { zeroParameters } from '@softreg/backend';
import { TUTORIAL_SETTINGS } from '@softreg/trainer';
import * as tf from '@tensorflow/tfjs';
import { createLayersModel, fitEpoch, tensorsOf } from './layers-model-fit.js';
import { maxDistance } from './numbers.js';

const { batchSize, learningRate } = TUTORIAL_SETTINGS;
/** A round has as many steps as fit in this time, within bounds. */
const ROUND_MS = 5000;
const MIN_STEPS = 4;
/** Enough to compile programs, and to tell whether both do the same work. */
const FIRST_STEPS = 2;
const SAME_WORK = 1e-5;

/**
 * `tf.LayersModel.fit` on the backend of an engine of ours: the same minibatches in the same order with the same rule, nothing scored.
 *
 * @param {object} options
 * @param {import('@softreg/backend').Engine} options.engine the one opened last; its parameters are overwritten
 * @param {import('@softreg/backend').Examples} options.examples to train on
 * @param {() => number} options.clock milliseconds
 * @throws Error if after two steps its parameters are not ours
 */
export async function openLayersModelFit({ engine, examples, clock }) {
  // The name that TensorFlow.js knows it by.
  const backend = tf.getBackend();
  const stepsAnEpoch = Math.floor(examples.count / batchSize);
  const model = createLayersModel(examples);

  /** One epoch over the tensors, in milliseconds, with the device waited for. */
  async function fit(tensors) {
    await tf.setBackend(backend);
    const start = clock();
    await fitEpoch(model, tensors);
    return clock() - start;
  }

  const few = tensorsOf(examples, FIRST_STEPS);
  await fit(few);
  const [weights, bias] = await Promise.all(model.getWeights().map((tensor) => tensor.data()));
  const ours = await parametersAfter(engine, examples, FIRST_STEPS);
  const distance = Math.max(maxDistance(weights, ours.weights), maxDistance(bias, ours.bias));
  if (!(distance < SAME_WORK)) {
    throw new Error(
      `after ${FIRST_STEPS} steps a parameter of it differs from ours by ${distance}`,
    );
  }

  const stepMs = (await fit(few)) / FIRST_STEPS;
  tf.dispose(Object.values(few));
  const steps = Math.min(stepsAnEpoch, Math.max(MIN_STEPS, Math.floor(ROUND_MS / stepMs)));
  const tensors = tensorsOf(examples, steps);
  return {
    /** Of a round. */
    steps,
    /** Largest difference of a parameter from ours after the first steps of both. */
    distance,
    /** @returns {Promise<number>} milliseconds of an epoch, by as many steps as a round has */
    round: async () => ((await fit(tensors)) / steps) * stepsAnEpoch,
    close() {
      tf.dispose(Object.values(tensors));
      model.dispose();
    },
  };
}

/** Our parameters after the first minibatches. */
async function parametersAfter(engine, examples, minibatches) {
  const count = minibatches * batchSize;
  const split = await engine.load(
    {
      ...examples,
      values: examples.values.subarray(0, count * examples.features),
      labels: examples.labels.subarray(0, count),
      count,
    },
    { minibatch: batchSize },
  );
  try {
    await engine.writeParameters(zeroParameters(examples.features, examples.classes));
    for (let start = 0; start < count; start += batchSize) {
      await engine.step(split, { start, end: start + batchSize }, { learningRate });
    }
    return await engine.readParameters();
  } finally {
    split.close();
  }
}
