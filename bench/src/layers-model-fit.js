// Epochs a second of our wasm engine and of tf.LayersModel.fit on the same wasm backend, in turns, in one process.
// usage: node bench/src/layers-model-fit.js [--rounds N] [--json FILE], with SOFTREG_DATA_DIR naming the MNIST files.
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { openEngine } from '@softreg/backend';
import { MNIST, tutorialSplit } from '@softreg/datasets';
import { openDataset } from '@softreg/datasets/node';
import { examplesOf } from '@softreg/model';
import { TUTORIAL_SETTINGS, train } from '@softreg/trainer';
import * as tf from '@tensorflow/tfjs';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, json: { type: 'string' } },
});
const rounds = Number(options.rounds);
const FIT_EPOCHS_A_ROUND = 2;
const OUR_EPOCHS_A_ROUND = 10;
const { batchSize, learningRate } = TUTORIAL_SETTINGS;

const sets = tutorialSplit(await openDataset(MNIST, { folder: process.env.SOFTREG_DATA_DIR }));
const engine = await openEngine('wasm');

/** Ours: the tutorial's run as `softreg train` does it, validation and test scores included. */
const run = train({
  engine,
  data: {
    train: examplesOf(sets.train, 256),
    validation: examplesOf(sets.validation, 256),
    test: examplesOf(sets.test, 256),
  },
});

/** @returns {Promise<number[]>} milliseconds of each epoch */
async function ourEpochs(count) {
  const times = [];
  let start = performance.now();
  while (times.length < count) {
    const { value: event } = await run.next();
    if (event.type !== 'epoch') continue;
    times.push(performance.now() - start);
    start = performance.now();
  }
  return times;
}

/** Theirs: the same minibatches in the same order with the same rule, and nothing scored. */
const images = sets.train.count - (sets.train.count % batchSize);
const inputs = tf.tensor2d(
  Float32Array.from(sets.train.images.subarray(0, images * 784), (pixel) => pixel / 256),
  [images, 784],
);
const targets = tf.tidy(() =>
  tf
    .oneHot(tf.tensor1d(Int32Array.from(sets.train.labels.subarray(0, images)), 'int32'), 10)
    .toFloat(),
);
const model = tf.sequential({
  layers: [
    tf.layers.dense({
      units: 10,
      inputShape: [784],
      activation: 'softmax',
      kernelInitializer: 'zeros',
    }),
  ],
});
model.compile({ optimizer: tf.train.sgd(learningRate), loss: 'categoricalCrossentropy' });

/** @returns {Promise<number[]>} milliseconds of each epoch */
async function fitEpochs(count) {
  const times = [];
  let start = performance.now();
  await model.fit(inputs, targets, {
    batchSize,
    epochs: count,
    shuffle: false,
    verbose: 0,
    yieldEvery: 'never',
    callbacks: {
      onEpochEnd() {
        times.push(performance.now() - start);
        start = performance.now();
      },
    },
  });
  return times;
}

/** Largest difference of a weight after as many epochs of each: both must do the same work. */
async function distanceAfter(epochs) {
  await fitEpochs(epochs);
  const theirs = await model.getWeights()[0].data();
  const fresh = train({
    engine,
    data: {
      train: examplesOf(sets.train, 256),
      validation: examplesOf(sets.validation, 256),
      test: examplesOf(sets.test, 256),
    },
    settings: { ...TUTORIAL_SETTINGS, epochs },
  });
  for await (const event of fresh) {
    if (event.type !== 'stop') continue;
    const ours = event.state.parameters.weights;
    return ours.reduce((max, weight, i) => Math.max(max, Math.abs(weight - theirs[i])), 0);
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const distance = await distanceAfter(1);
await ourEpochs(1);
const ours = [];
const theirs = [];
const ratios = [];
for (let round = 0; round < rounds; round++) {
  const [our, their] = [await ourEpochs(OUR_EPOCHS_A_ROUND), await fitEpochs(FIT_EPOCHS_A_ROUND)];
  ours.push(...our);
  theirs.push(...their);
  ratios.push(median(their) / median(our));
}
await run.return();

const result = {
  machine: `${availableParallelism()} cores, ${cpus()[0]?.model.trim()}, Node ${process.version}`,
  tensorflowjs: tf.version_core,
  rounds,
  epochsPerSecond: {
    softregWasm: 1000 / median(ours),
    layersModelFitWasm: 1000 / median(theirs),
  },
  ratio: { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) },
  weightDistanceAfterOneEpoch: distance,
};
if (options.json) writeFileSync(options.json, `${JSON.stringify(result, undefined, 2)}\n`);
const row = (name, value) => process.stdout.write(`${name.padEnd(44)} ${value}\n`);
row('machine', result.machine);
row('softreg, wasm, with all scoring', `${result.epochsPerSecond.softregWasm.toFixed(2)} epochs/s`);
row(
  'tf.LayersModel.fit, wasm, training alone',
  `${result.epochsPerSecond.layersModelFitWasm.toFixed(2)} epochs/s`,
);
row(
  'ratio, median of rounds (min to max)',
  `${result.ratio.median.toFixed(1)} (${result.ratio.min.toFixed(1)} to ${result.ratio.max.toFixed(1)})`,
);
row('largest difference of a weight, one epoch', distance.toExponential(1));
engine.close();
