// What each optimizer costs beside plain SGD: epochs of steps alone, on the tutorial's 49,800 training images, with no scoring.
// usage: node bench/src/optimizers.js [--backend NAMES] [--seconds S] [--rounds N] [--update]
//   --backend  by commas, each with ":N" for N threads; default simd, simd on one thread, and wasm
//   --seconds  to measure each, in each round; default 3
//   --rounds   default 5
//   --update   writes the table into docs/speed.md
// SOFTREG_DATA_DIR names the folder with MNIST.
import { parseArgs } from 'node:util';
import { openEngine } from '@softreg/backend';
import { TUTORIAL_SETTINGS, train } from '@softreg/trainer';
import { range, table } from './markdown-table.js';
import { readMnist } from './mnist-in-node.js';
import { spreadOf } from './numbers.js';
import { describeSetting, settingText } from './setting.js';
import { inRounds, ratioInRounds } from './speed-rounds.js';
import { fail } from './terminal.js';
import { updatePage } from './update-page.js';

const OPTIMIZERS = ['sgd', 'momentum', 'nesterov', 'adam'];

const options = readOptions();
const data = await readMnist(options.dataDir);
const backends = options.backend.split(',');
const entries = backends.flatMap((backend) =>
  OPTIMIZERS.map((optimizer) => ({
    name: `${backend} ${optimizer}`,
    backend,
    optimizer,
    run: () => run(backend, optimizer),
  })),
);
const states = await inRounds(
  options.rounds,
  entries,
  ({ perEpoch }) => `${perEpoch.toFixed(2)} ms an epoch`,
);
report(states);

function readOptions() {
  const { values } = parseArgs({
    options: {
      backend: { type: 'string', default: 'simd,simd:1,wasm' },
      seconds: { type: 'string', default: '3' },
      rounds: { type: 'string', default: '5' },
      update: { type: 'boolean', default: false },
    },
  });
  const [seconds, rounds] = [values.seconds, values.rounds].map(Number);
  if (!(seconds > 0 && Number.isInteger(rounds) && rounds > 0)) {
    fail(2, '--seconds, --rounds: expected numbers above 0');
  }
  const dataDir = process.env.SOFTREG_DATA_DIR;
  if (!dataDir) fail(2, 'expected SOFTREG_DATA_DIR to name the folder with MNIST');
  const { backend, update } = values;
  return { backend, seconds, rounds, update, dataDir };
}

/** @returns milliseconds an epoch, from the second one on: the first one lays the images out */
async function run(backend, optimizer) {
  const [name, threads] = backend.split(':');
  let engine;
  try {
    engine = await openEngine(name, threads && { threads: Number(threads) });
  } catch (error) {
    return { works: false, reason: error.message };
  }
  const never = 1_000_000_000;
  const settings = {
    ...TUTORIAL_SETTINGS,
    optimizer,
    learningRate: optimizer === 'sgd' ? 0.13 : 0.001,
    epochs: never,
    patience: never,
    validationFrequency: never,
  };
  const minibatches = Math.floor(data.train.count / settings.batchSize);
  let done = 0;
  let began;
  try {
    for await (const { type } of train({ engine, data, settings })) {
      if (type !== 'minibatch') continue;
      done += 1;
      if (done % minibatches !== 0) continue;
      await engine.readRunningLoss();
      began ??= performance.now();
      if (performance.now() - began > 1000 * options.seconds) break;
    }
    return { works: true, perEpoch: (performance.now() - began) / (done / minibatches - 1) };
  } finally {
    engine.close();
  }
}

function report(states) {
  const rows = states.map(({ entry, results, failure }) => {
    const plain = states.find(
      (state) => state.entry.backend === entry.backend && state.entry.optimizer === 'sgd',
    );
    const [mine, sgd] = [results, plain.results].map((all) => all.map(({ perEpoch }) => perEpoch));
    return {
      backend: entry.backend.replace(':1', ', one thread'),
      optimizer: entry.optimizer,
      time: failure ? failure.reason : range(spreadOf(mine)),
      ratio: failure ? undefined : range(ratioInRounds(mine, sgd)),
    };
  });
  const text = [
    settingText(describeSetting()),
    `Milliseconds an epoch of steps alone; medians of ${options.rounds} rounds, and their range.`,
    '',
    ...table(
      [
        ['backend', (row) => row.backend],
        ['optimizer', (row) => row.optimizer],
        ['ms an epoch', (row) => row.time],
        ['times plain SGD', (row) => row.ratio],
      ],
      rows,
    ),
  ].join('\n');
  process.stdout.write(`${text}\n`);
  if (options.update) updatePage('speed.md', 'optimizers.js', text);
}
