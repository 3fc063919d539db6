// Every backend of softreg trains the tutorial's run on MNIST: whether it is the golden run, and how fast beside tf.LayersModel.fit.
// usage: node bench/src/backends.js [--only NAME,...] [--max-seconds N] [--json FILE] [--update]
//   --only         backends, such as webgpu, or one of its places, such as webgpu-node
//   --max-seconds  for each run on a graphics card, real or in software; the others are always whole; default 240
//   --json         writes the results there
//   --update       puts the table into docs/backends.md
// SOFTREG_DATA_DIR names the folder with MNIST, SOFTREG_GOLDEN_DIR that with the golden run, SOFTREG_CHROMIUM the browser.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';
import { MNIST, tutorialSplit } from '@softreg/datasets';
import { openDataset } from '@softreg/datasets/node';
import { tutorialData } from './backend-run.js';
import { compare } from './compare.js';
import { openTestkit, readGolden, trainReference } from './golden.js';
import { openChromium } from './in-chromium.js';
import { runInNode } from './in-node.js';
import { readOptions } from './options.js';
import { report } from './table.js';
import { fail, say } from './terminal.js';

const PAGE = new URL('../../docs/backends.md', import.meta.url);
const MARKERS = ['<!-- table of bench/src/backends.js -->', '<!-- end of the table -->'];

const options = readOptions();
const testkit = await openTestkit();
const folder = testkit.mnistFolder();
const goldenFolder = testkit.goldenFolder();
if (folder === undefined || goldenFolder === undefined) fail(1, 'there is nothing to train on');
const golden = readGolden(testkit, goldenFolder);

const chromium = await startChromium();
const results = [];
for (const { backend, where, isCard } of options.runs) {
  const maxSeconds = isCard ? options.maxSeconds : undefined;
  say(`${backend} in ${where}`);
  const tell = (epochs) =>
    process.stderr.isTTY && say(`\r${backend} in ${where}: epoch ${epochs} `);
  const result =
    where === 'Node'
      ? await runInNode({ backend, folder, maxSeconds, tell })
      : await chromium.run({ backend, maxSeconds, tell });
  say('\n');
  results.push({ backend, where, ...result });
}
chromium?.close();

const reference = await referenceFor(results);
const rows = results.map((result) => compare(result, golden, reference));
const date = new Date().toISOString().slice(0, 10);
const machine = {
  processor: cpus()[0]?.model.trim(),
  cores: availableParallelism(),
  node: process.version,
  chromium: chromium?.version,
};
const tensorflowjs = createRequire(import.meta.url)('@tensorflow/tfjs/package.json').version;
if (options.json !== undefined) {
  const all = { date, machine, tensorflowjs, maxSeconds: options.maxSeconds, rows };
  writeFileSync(options.json, `${JSON.stringify(all, undefined, 2)}\n`);
}
const text = report({
  machine: [
    `${machine.processor} (${machine.cores} cores)`,
    `Node ${machine.node}`,
    ...(machine.chromium ? [`Chromium ${machine.chromium}`] : []),
    `TensorFlow.js ${tensorflowjs}`,
  ].join(', '),
  date,
  maxSeconds: options.maxSeconds,
  rows,
});
process.stdout.write(`${text}\n`);
if (options.update) updatePage(text);
if (!rows.some(({ works }) => works)) process.exitCode = 1;

/** Where it cannot be started, each of its runs has that reason. */
async function startChromium() {
  if (!options.runs.some(({ where }) => where === 'Chromium')) return undefined;
  const missing = (reason, fix) => ({
    close() {},
    run: async () => ({ works: false, reason, fix }),
  });
  const executable = testkit.findChromium();
  if (executable === undefined)
    return missing('Chromium was not found', 'name it in SOFTREG_CHROMIUM');
  return openChromium(executable, folder).catch((error) =>
    missing(`Chromium does not start: ${error.message.split('\n', 1)[0]}`),
  );
}

async function referenceFor(found) {
  const epochs = found.flatMap((result) => (result.stop === 'time' ? [result.epochs] : []));
  if (epochs.length === 0) return new Map();
  say('the reference in float64, for the runs that were not whole\n');
  const { train } = tutorialData(tutorialSplit(await openDataset(MNIST, { folder })));
  return trainReference(train, epochs);
}

/** Puts the text between the markers of docs/backends.md. */
function updatePage(text) {
  const page = readFileSync(PAGE, 'utf8');
  const [start, end] = MARKERS.map((marker) => page.indexOf(marker));
  if (start < 0 || end < start) fail(1, `docs/backends.md has no lines ${MARKERS.join(' and ')}`);
  const before = page.slice(0, start + MARKERS[0].length);
  writeFileSync(PAGE, `${before}\n\n${text}\n\n${page.slice(end)}`);
}
