// Every backend of softreg trains the tutorial's run on MNIST: whether it is the golden run, and how fast beside tf.LayersModel.fit.
// usage: node bench/src/backends.js [--only NAME,...] [--max-seconds N] [--json FILE] [--update]
//   --only         backends, such as webgpu, or one of its places, such as webgpu-node
//   --max-seconds  for each run on a graphics card, real or in software; the others are always whole; default 240
//   --json         writes the results there
//   --update       puts the table into docs/backends.md
// SOFTREG_DATA_DIR names the folder with MNIST, SOFTREG_GOLDEN_DIR that with the golden run, SOFTREG_CHROMIUM the browser.
import { compare } from './compare.js';
import { openGolden, trainReference } from './golden.js';
import { openChromium } from './in-chromium.js';
import { runInNode } from './in-node.js';
import { readMnist } from './mnist-in-node.js';
import { readOptions } from './options.js';
import { describeSetting, settingText } from './setting.js';
import { report } from './table.js';
import { say } from './terminal.js';
import { updatePage } from './update-page.js';
import { writeResults } from './write-results.js';

const options = readOptions();
const { testkit, folder, golden } = await openGolden();

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
const setting = describeSetting();
setting.machine.chromium = chromium?.version;
const { maxSeconds } = options;
if (options.json !== undefined) writeResults(options.json, { ...setting, maxSeconds, rows });
const more = chromium?.version ? [`Chromium ${chromium.version}`] : [];
const text = report({ measured: settingText(setting, ...more), maxSeconds, rows });
process.stdout.write(`${text}\n`);
if (options.update) updatePage('backends.md', 'backends.js', text);
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
  const { train } = await readMnist(folder);
  return trainReference(train, epochs);
}
