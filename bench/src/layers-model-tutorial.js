import { TUTORIAL_SETTINGS } from '@softreg/trainer';
import * as tf from '@tensorflow/tfjs';
import { outOfTime } from './follow-run.js';
import { createLayersModel, fitEpoch, tensorsOf } from './layers-model-fit.js';

const { batchSize, patience, patienceIncrease, improvementThreshold } = TUTORIAL_SETTINGS;

/**
 * The tutorial's run by `tf.LayersModel.fit`, an epoch a call, with validation and test scoring by `predict`.
 *
 * @param {object} options
 * @param {object} options.data the sets
 * @param {number} options.maxSeconds after which no epoch is begun
 */
export async function fitTutorial({ data, maxSeconds }) {
  const clock = () => performance.now();
  const minibatches = Math.floor(data.train.count / batchSize);
  const model = createLayersModel(data.train, true);
  const tensors = tensorsOf(data.train, minibatches);
  const sets = { validation: scoredSet(data.validation), test: scoredSet(data.test) };
  const scores = { validation: [], test: [] };
  const epochMs = [];
  const isOver = outOfTime({ clock, began: clock(), maxSeconds });
  let limit = patience;
  let best = Infinity;
  for (let epoch = 1, iterations = 0; ; epoch++) {
    const start = clock();
    const score = async (name) => {
      const errors = await countErrors(model, sets[name]);
      scores[name].push({ epoch, minibatch: minibatches, errors });
      return errors;
    };
    // Patience grows at the end of an epoch alone, so its start knows how far it goes.
    const steps = Math.min(minibatches, limit + 1 - iterations);
    await fitEpoch(model, steps === minibatches ? tensors : firstOf(tensors, steps));
    iterations += steps;
    if (steps === minibatches) {
      const errors = await score('validation');
      if (errors < best) {
        if (errors < best * improvementThreshold)
          limit = Math.max(limit, (iterations - 1) * patienceIncrease);
        best = errors;
        await score('test');
      }
      epochMs.push(clock() - start);
      if (isOver(epoch, epochMs.at(-1))) return { stop: 'time', epochs: epoch, scores, epochMs };
    }
    if (limit < iterations) return { stop: 'patience', epochs: epoch, scores, epochMs };
  }
}

function firstOf(tensors, minibatches) {
  const slice = (tensor) => tensor.slice([0, 0], [minibatches * batchSize, tensor.shape[1]]);
  return { inputs: slice(tensors.inputs), targets: slice(tensors.targets) };
}

function scoredSet(examples) {
  const minibatches = Math.floor(examples.count / batchSize);
  const { inputs, targets } = tensorsOf(examples, minibatches);
  return { inputs, labels: targets.argMax(1) };
}

async function countErrors(model, { inputs, labels }) {
  const errors = tf.tidy(() => {
    const outputs = model.predict(inputs, { batchSize: inputs.shape[0] });
    return outputs.argMax(1).notEqual(labels).sum();
  });
  const [count] = await errors.data();
  errors.dispose();
  return count;
}
