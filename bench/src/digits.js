// How good the built-in digits are: trains the tutorial's run on them and counts errors on their own test part and on MNIST's.
// usage: node bench/src/digits.js [--train N] [--seed S] [--png FILE]
//   --train  images to train and validate on, 3600 or more; default 60000
//   --seed   of the drawing; default 0
//   --png    writes a picture of ten digits of each class there, and measures nothing
// SOFTREG_DATA_DIR names the folder with MNIST; without it that part is not measured.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openEngine } from '@softreg/backend';
import { digitsDataset, drawDigits, MNIST, tutorialSplit } from '@softreg/datasets';
import { openDataset } from '@softreg/datasets/node';
import { errorRate, examplesOf, score } from '@softreg/model';
import { TUTORIAL_SETTINGS, train } from '@softreg/trainer';
import { encodeGrayPng } from './gray-png.js';
import { describeSetting, settingText } from './setting.js';
import { fail, say } from './terminal.js';
import { tutorialData } from './tutorial-data.js';

/** Pixels are divided by this, as in the tutorial. */
const PIXEL_SCALE = 256;
/** Digits of each class in the picture, pixels of it for each of theirs, and pixels of theirs between two. */
const SHOWN = 10;
const ZOOM = 2;
const GAP = 2;

const options = readOptions();
if (options.png === undefined) await measure();
else writeFileSync(options.png, encodeGrayPng(picture(drawDigits({ count: 100, ...options }))));

function readOptions() {
  const { values } = parse();
  const numbers = { train: Number(values.train), seed: Number(values.seed) };
  if (!(Number.isInteger(numbers.train) && numbers.train >= 6 * TUTORIAL_SETTINGS.batchSize)) {
    fail(2, `--train: expected a whole number of 3600 or more, found ${values.train}`);
  }
  if (!(Number.isInteger(numbers.seed) && numbers.seed >= 0 && numbers.seed < 2 ** 32)) {
    fail(2, `--seed: expected a whole number from 0 to 4294967295, found ${values.seed}`);
  }
  return { ...numbers, png: values.png };
}

function parse() {
  try {
    return parseArgs({
      options: {
        train: { type: 'string', default: '60000' },
        seed: { type: 'string', default: '0' },
        png: { type: 'string' },
      },
    });
  } catch (error) {
    return fail(2, error.message);
  }
}

async function measure() {
  say('drawing\n');
  const began = performance.now();
  const dataset = await digitsDataset({ train: options.train, seed: options.seed });
  const seconds = (performance.now() - began) / 1000;
  const engine = await openEngine('simd');
  try {
    say('training\n');
    const state = await trainOn(engine, dataset);
    await engine.writeParameters((state.best ?? state).parameters);
    print(settingText(describeSetting()));
    const drawn = dataset.train.count + dataset.test.count;
    print(`drawn with seed ${options.seed}: ${drawn} images in ${seconds.toFixed(1)} s`);
    print(`trained for ${state.iterations} minibatches, best in epoch ${state.best?.epoch}`);
    await printErrors(engine, 'their own test part', dataset.test);
    await printErrors(engine, 'the test digits of MNIST', await mnistTest());
  } finally {
    engine.close();
  }
}

/** The tutorial's run. @returns {Promise<import('@softreg/trainer').TrainingState>} its last state */
async function trainOn(engine, dataset) {
  const data = tutorialData(tutorialSplit(dataset));
  for await (const event of train({ engine, data })) {
    if (event.type === 'stop') return event.state;
  }
  throw new Error('the run ended without saying why');
}

async function mnistTest() {
  const folder = process.env.SOFTREG_DATA_DIR;
  return folder ? (await openDataset(MNIST, { folder })).test : undefined;
}

async function printErrors(engine, name, set) {
  if (set === undefined) return print(`error on ${name}: not measured`);
  const split = await engine.load(examplesOf(set, PIXEL_SCALE));
  const { full } = await score(engine, split, TUTORIAL_SETTINGS.batchSize);
  const percent = (100 * errorRate(full)).toFixed(2);
  print(`error on ${name}: ${percent} % (${full.errors} of ${full.count})`);
}

/** A row for each class. */
function picture({ images, labels, width: side }) {
  const pitch = side + GAP;
  const width = (SHOWN * pitch + GAP) * ZOOM;
  const height = (10 * pitch + GAP) * ZOOM;
  const data = new Uint8Array(width * height);
  const shown = new Map();
  for (const [index, label] of labels.entries()) {
    const column = shown.get(label) ?? 0;
    shown.set(label, column + 1);
    for (let y = 0; y < side * ZOOM; y++) {
      for (let x = 0; x < side * ZOOM; x++) {
        const pixel = Math.floor(y / ZOOM) * side + Math.floor(x / ZOOM);
        const row = (label * pitch + GAP) * ZOOM + y;
        data[row * width + (column * pitch + GAP) * ZOOM + x] = images[index * side * side + pixel];
      }
    }
  }
  return { width, height, data };
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
