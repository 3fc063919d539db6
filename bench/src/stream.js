// How fast a run is that reads its images as they are needed, beside one on images in memory: real MNIST, written many times over.
// usage: node bench/src/stream.js [--gib N] [--seconds S] [--rounds N] [--backend NAMES] [--update]
//   --gib      size of the file that is read as it is needed; default 4
//   --seconds  to measure each, in each round; default 5
//   --rounds   default 3
//   --backend  by commas; default simd, simd on one thread, tensorflow, wasm and cpu, as far as they run here
//   --update   writes the table into docs/streaming.md
// SOFTREG_DATA_DIR names the folder with MNIST.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openEngine } from '@softreg/backend';
import { MNIST, streamImages } from '@softreg/datasets';
import { openDataset, openImageFile } from '@softreg/datasets/node';
import { encodeIdx } from '@softreg/idx';
import { exampleStreamOf, examplesOf } from '@softreg/model';
import { TUTORIAL_SETTINGS, train } from '@softreg/trainer';
import { range, table } from './markdown-table.js';
import { spreadOf } from './numbers.js';
import { describeSetting, settingText } from './setting.js';
import { inRounds, ratioInRounds } from './speed-rounds.js';
import { fail, say } from './terminal.js';
import { updatePage } from './update-page.js';

const PIXEL_SCALE = 256;
const PIXELS = 784;
const MIB = 2 ** 20;
/** What is held in memory: the images of a file of that size. */
const IN_MEMORY_BYTES = 100 * MIB;
/** Every engine that Node has, and simd on one thread too. */
const DEFAULT = ['simd', 'simd:1', 'tensorflow', 'wasm', 'cpu'];

const options = readOptions();
const folder = mkdtempSync(join(tmpdir(), 'softreg-bench-'));
try {
  await measure();
} finally {
  rmSync(folder, { recursive: true });
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      gib: { type: 'string', default: '4' },
      seconds: { type: 'string', default: '5' },
      rounds: { type: 'string', default: '3' },
      backend: { type: 'string', default: DEFAULT.join(',') },
      update: { type: 'boolean', default: false },
    },
  });
  const { update, backend } = values;
  const [gib, seconds, rounds] = [values.gib, values.seconds, values.rounds].map(Number);
  if (!(gib >= 0.1 && seconds > 0 && Number.isInteger(rounds) && rounds > 0)) {
    fail(2, '--gib, --seconds, --rounds: expected numbers above 0, 0.1 GiB at least');
  }
  const dataDir = process.env.SOFTREG_DATA_DIR;
  if (!dataDir) fail(2, 'expected SOFTREG_DATA_DIR to name the folder with MNIST');
  return { gib, seconds, rounds, update, backends: backend.split(','), dataDir };
}

async function measure() {
  const mnist = await openDataset(MNIST, { folder: options.dataDir });
  const few = repeated(mnist.train, Math.floor(IN_MEMORY_BYTES / PIXELS));
  const count = Math.floor((options.gib * 1024 * MIB) / PIXELS);
  say(`writing ${options.gib} GiB\n`);
  const path = writeImages(mnist.train, count);
  const labels = Uint8Array.from({ length: count }, (_, i) => mnist.train.labels[i % 60_000]);
  const array = { type: 'uint8', shape: [count], data: labels };
  const file = await openImageFile(path);
  const stream = await streamImages(file, { name: 'labels', array }, 10);
  const scored = examplesOf(repeated(mnist.test, TUTORIAL_SETTINGS.batchSize), PIXEL_SCALE);
  const sets = [
    ['in memory', examplesOf(few, PIXEL_SCALE), false],
    ['in memory, mixed', examplesOf(few, PIXEL_SCALE), true],
    ['streamed', exampleStreamOf(stream, PIXEL_SCALE), false],
    ['streamed, mixed', exampleStreamOf(stream, PIXEL_SCALE), true],
  ];
  const entries = options.backends.flatMap((backend) =>
    sets.map(([manner, data, shuffle]) => ({
      name: `${backend} ${manner}`,
      backend,
      run: () => run(backend, { train: data, validation: scored, test: scored }, shuffle),
    })),
  );
  const states = await inRounds(
    options.rounds,
    entries,
    ({ perSecond }) => `${Math.round(perSecond)} images/s`,
  );
  await file.close();
  report(states);
}

/** @returns images a second, from the second epoch on where images are in memory: the first one lays them out */
async function run(backend, data, shuffle) {
  const [name, threads] = backend.split(':');
  let engine;
  try {
    engine = await openEngine(name, threads && { threads: Number(threads) });
  } catch (error) {
    return { works: false, reason: error.message };
  }
  const { batchSize } = TUTORIAL_SETTINGS;
  const minibatches = Math.floor(data.train.count / batchSize);
  const isInMemory = 'values' in data.train;
  const settings = { ...TUTORIAL_SETTINGS, shuffle, epochs: 1_000_000, patience: 1e12 };
  let done = 0;
  let began;
  let before = 0;
  try {
    for await (const { type } of train({ engine, data, settings })) {
      if (type !== 'minibatch') continue;
      done += 1;
      const isWarm = done >= (isInMemory ? minibatches : Math.min(50, minibatches));
      if (isWarm && began === undefined) {
        await engine.readRunningLoss();
        [began, before] = [performance.now(), done];
      }
      if (began !== undefined && performance.now() - began > 1000 * options.seconds) break;
    }
    await engine.readRunningLoss();
    const seconds = (performance.now() - began) / 1000;
    return { works: true, perSecond: ((done - before) * batchSize) / seconds };
  } finally {
    engine.close();
  }
}

function report(states) {
  const rows = options.backends.flatMap((backend) => {
    const [memory, memoryMixed, streamed, mixed] = states
      .filter(({ entry }) => entry.backend === backend)
      .map(({ results }) => results.map(({ perSecond }) => perSecond));
    if (memory.length === 0) return [];
    return [
      {
        backend: backend.replace(':1', ', one thread'),
        memory: spreadOf(memory),
        streamed: spreadOf(streamed),
        ratio: ratioInRounds(streamed, memory),
        mixed: ratioInRounds(mixed, memoryMixed),
      },
    ];
  });
  const text = [
    settingText(describeSetting()),
    `Images a second; medians of ${options.rounds} rounds, and their range.`,
    '',
    ...table(
      [
        ['backend', (row) => row.backend],
        ['in memory', (row) => range(row.memory)],
        [`from a file of ${options.gib} GiB`, (row) => range(row.streamed)],
        ['ratio', (row) => range(row.ratio)],
        ['ratio where both mix the order', (row) => range(row.mixed)],
      ],
      rows,
    ),
  ].join('\n');
  process.stdout.write(`${text}\n`);
  if (options.update) updatePage('streaming.md', 'stream.js', text);
}

function repeated({ images, labels, ...rest }, count) {
  return {
    ...rest,
    images: Uint8Array.from({ length: count * PIXELS }, (_, i) => images[i % images.length]),
    labels: Uint8Array.from({ length: count }, (_, i) => labels[i % labels.length]),
    count,
  };
}

/** @returns the path of the IDX file */
function writeImages({ images }, count) {
  const path = join(folder, 'images');
  const file = openSync(path, 'w');
  const head = encodeIdx({ type: 'uint8', shape: [0, 28, 28], data: new Uint8Array(0) });
  new DataView(head.buffer, head.byteOffset).setUint32(4, count);
  writeSync(file, head);
  for (let left = count * PIXELS; left > 0; ) {
    let part = images.subarray(0, Math.min(left, images.length));
    left -= part.length;
    while (part.length > 0) part = part.subarray(writeSync(file, part));
  }
  closeSync(file);
  return path;
}
