// How long a checkpoint of the tutorial's run takes to write, flushes to the disk included, and how much longer `softreg train` takes with one
// after each epoch than with none.
// usage: node bench/src/checkpoint.js [--backend NAME] [--rounds N] [--folder DIR]
//   --rounds  runs of each kind, one after the other; default 5
// SOFTREG_DATA_DIR names the folder with MNIST; DIR is on the disk to measure (default: the system's folder for temporary files).
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openEngine } from '@softreg/backend';
import { encodeCheckpoint } from '@softreg/serialization';
import { writeCheckpoint } from '@softreg/serialization/node';
import { packState, TUTORIAL_SETTINGS, train } from '@softreg/trainer';
import { table } from './markdown-table.js';
import { readMnist } from './mnist-in-node.js';
import { spreadOf } from './numbers.js';
import { describeSetting, settingText } from './setting.js';
import { runChild } from './speed-child.js';
import { inRounds, ratioInRounds } from './speed-rounds.js';
import { fail } from './terminal.js';

const WRITES = 200;
/** What is asked for: of a write, and of one after each epoch. */
const MOST_MS = 20;
const MOST_SHARE = 0.02;
/** How often `softreg train` writes one, unless it is told otherwise. */
const EVERY_MS = 10_000;
const SOFTREG = fileURLToPath(new URL('../../apps/cli/bin/softreg.js', import.meta.url));
const MAX_SECONDS = 600;

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'simd' },
    rounds: { type: 'string', default: '5' },
    folder: { type: 'string', default: tmpdir() },
  },
});
const rounds = Number(values.rounds);
if (!(Number.isInteger(rounds) && rounds > 0)) fail(2, '--rounds: expected a whole number above 0');
const data = process.env.SOFTREG_DATA_DIR;
if (!data) fail(2, 'expected SOFTREG_DATA_DIR to name the folder with MNIST');

const state = await tutorialState();
const checkpoint = { ...packState(state), config: JSON.stringify(TUTORIAL_SETTINGS) };
const folder = await mkdtemp(join(values.folder, 'bench-checkpoint-'));
try {
  const path = join(folder, 'checkpoint.safetensors');
  const encoding = spreadOf(await times(() => encodeCheckpoint(checkpoint)));
  const writing = spreadOf(await times(() => writeCheckpoint(path, checkpoint)));
  const [without, each] = await runs();
  const wall = ratioInRounds(each.wallMs, without.wallMs);
  const epoch = ratioInRounds(each.epochMs, without.epochMs);
  const columns = [
    ['what', ([what]) => what],
    ['median, ms', ([, spread]) => spread.median.toFixed(2)],
    ['least to largest', ([, { min, max }]) => `${min.toFixed(2)}-${max.toFixed(2)}`],
  ];
  const lines = table(columns, [
    ['encoded', encoding],
    ['encoded, written, flushed to the disk, while nothing else happens', writing],
    ['`softreg train`, no checkpoint before the end', spreadOf(without.wallMs)],
    ['`softreg train --checkpoint-every epoch`', spreadOf(each.wallMs)],
    ['an epoch of the former', spreadOf(without.epochMs)],
    ['an epoch of the latter', spreadOf(each.epochMs)],
  ]);
  const size = (await stat(path)).size;
  const verdict = (holds) => (holds ? 'held' : 'NOT held');
  const share = wall.median - 1;
  process.stdout.write(
    `${[
      settingText(describeSetting(), `backend ${values.backend}`),
      '',
      ...lines,
      '',
      `${WRITES} writes of ${size} bytes each; under ${MOST_MS} ms: ${verdict(writing.median < MOST_MS)}.`,
      `With one an epoch a run takes ${moreText(wall)} more, round by round; under ${100 * MOST_SHARE} %: ${verdict(share < MOST_SHARE)}.`,
      `Its epochs alone, without start and end, take ${moreText(epoch)} more.`,
      `At one every ${EVERY_MS / 1000} s, as \`softreg train\` writes them, ${((100 * writing.median) / EVERY_MS).toFixed(3)} %.`,
    ].join('\n')}\n`,
  );
} finally {
  await rm(folder, { recursive: true });
}

/** What the tutorial's run ends with. */
async function tutorialState() {
  const engine = await openEngine(values.backend);
  try {
    const sets = await readMnist(data);
    for await (const event of train({ engine, data: sets })) {
      if (event.type === 'stop') return event.state;
    }
  } finally {
    engine.close();
  }
}

/** Whole runs of the command line, without a checkpoint before the end and with one after each epoch. */
async function runs() {
  const entries = ['1000000', 'epoch'].map((every) => ({
    name: `--checkpoint-every ${every}`,
    run: () => softregTrain(every),
  }));
  const states = await inRounds(rounds, entries, ({ wallMs }) => `${wallMs.toFixed(0)} ms`);
  return states.map(({ results, failure }) => {
    if (failure) fail(1, failure.reason);
    return {
      wallMs: results.map(({ wallMs }) => wallMs),
      epochMs: results.map(({ result }) => 1000 / result.epochsPerSecond),
    };
  });
}

async function softregTrain(every) {
  const out = await mkdtemp(join(values.folder, 'bench-checkpoint-'));
  try {
    const flags = ['--json', '--quiet', '--backend', values.backend, '--data-dir', data];
    const args = [SOFTREG, 'train', ...flags, '--out', out, '--checkpoint-every', every];
    return await runChild(process.execPath, args, { maxSeconds: MAX_SECONDS });
  } finally {
    await rm(out, { recursive: true });
  }
}

function moreText({ median, min, max }) {
  const [middle, least, most] = [median, min, max].map((ratio) => (100 * (ratio - 1)).toFixed(2));
  return `${middle} % (${least} to ${most})`;
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
