// How long a checkpoint of the tutorial's run takes to write, flushes to the disk included, and what share of the run that is at one an epoch.
// usage: node bench/src/checkpoint.js [--backend NAME] [--folder DIR]
// SOFTREG_DATA_DIR names the folder with MNIST; DIR is on the disk to measure (default: the system's folder for temporary files).
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openEngine } from '@softreg/backend';
import { encodeCheckpoint } from '@softreg/serialization';
import { writeCheckpoint } from '@softreg/serialization/node';
import { packState, TUTORIAL_SETTINGS, train } from '@softreg/trainer';
import { table } from './markdown-table.js';
import { readMnist } from './mnist-in-node.js';
import { spreadOf } from './numbers.js';
import { describeSetting, settingText } from './setting.js';
import { fail } from './terminal.js';

const WRITES = 200;
/** What is asked for: of a write, and of one after each epoch. */
const MOST_MS = 20;
const MOST_SHARE = 0.02;
/** How often `softreg train` writes one, unless it is told otherwise. */
const EVERY_MS = 10_000;

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'simd' },
    folder: { type: 'string', default: tmpdir() },
  },
});
const data = process.env.SOFTREG_DATA_DIR;
if (!data) fail(2, 'expected SOFTREG_DATA_DIR to name the folder with MNIST');

const { state, epochs } = await tutorialRun();
const checkpoint = { ...packState(state), config: JSON.stringify(TUTORIAL_SETTINGS) };
const folder = await mkdtemp(join(values.folder, 'bench-checkpoint-'));
try {
  const path = join(folder, 'checkpoint.safetensors');
  const encoding = spreadOf(await times(() => encodeCheckpoint(checkpoint)));
  const writing = spreadOf(await times(() => writeCheckpoint(path, checkpoint)));
  const share = writing.median / epochs.median;
  const lines = table(
    [
      ['what', ([what]) => what],
      ['median, ms', ([, spread]) => spread.median.toFixed(2)],
      ['least to largest', ([, { min, max }]) => `${min.toFixed(2)}-${max.toFixed(2)}`],
    ],
    [
      ['encoded, of that', encoding],
      ['written, flushed to the disk', writing],
      ['epoch, with its validations', epochs],
    ],
  );
  const size = (await stat(path)).size;
  const verdict = (holds) => (holds ? 'held' : 'NOT held');
  process.stdout.write(
    `${[
      settingText(describeSetting(), `backend ${values.backend}`),
      '',
      ...lines,
      '',
      `${WRITES} writes of ${size} bytes each, a run of ${state.history.length} validations; under ${MOST_MS} ms: ${verdict(writing.median < MOST_MS)}.`,
      `At one an epoch, ${(100 * share).toFixed(2)} % of the run's time; under ${100 * MOST_SHARE} %: ${verdict(share < MOST_SHARE)}.`,
      `At one every ${EVERY_MS / 1000} s, as \`softreg train\` writes them, ${((100 * writing.median) / EVERY_MS).toFixed(3)} %.`,
    ].join('\n')}\n`,
  );
} finally {
  await rm(folder, { recursive: true });
}

/** The state that the tutorial's run ends with, and the milliseconds of its epochs. */
async function tutorialRun() {
  const engine = await openEngine(values.backend);
  try {
    const sets = await readMnist(data);
    const taken = [];
    let began = performance.now();
    for await (const event of train({ engine, data: sets })) {
      if (event.type === 'stop') return { state: event.state, epochs: spreadOf(taken.slice(1)) };
      if (event.type !== 'epoch') continue;
      taken.push(performance.now() - began);
      began = performance.now();
    }
  } finally {
    engine.close();
  }
}

async function times(run) {
  const taken = [];
  await run();
  for (let i = 0; i < WRITES; i++) {
    const began = performance.now();
    await run();
    taken.push(performance.now() - began);
  }
  return taken;
}
