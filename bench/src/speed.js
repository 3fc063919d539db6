// How fast softreg trains the tutorial's run on MNIST, beside TensorFlow.js, NumPy, PyTorch and scikit-learn.
// usage: node bench/src/speed.js [--only NAME,...] [--rounds N] [--max-seconds N] [--engine NAME] [--json FILE] [--update]
//   --only         rows, such as numpy or numpy-1, or parts: training, processes, growth
//   --rounds       default 3
//   --max-seconds  for each run of the part training, which takes two epochs at least; default 60
//   --engine       the backend to compare with, and the one of the parts processes and growth; default simd
//   --json         writes the results there
//   --update       puts the tables into docs/speed.md, and the results into bench/results/speed.json
// SOFTREG_DATA_DIR names the folder with MNIST, SOFTREG_GOLDEN_DIR that with the golden run, SOFTREG_BENCH_PYTHON the Python of the peers.
import { openGolden } from './golden.js';
import { describeSetting } from './setting.js';
import { measureGrowth } from './speed-growth.js';
import { readOptions } from './speed-options.js';
import { measureProcesses } from './speed-processes.js';
import { report } from './speed-report.js';
import { measureTraining } from './speed-training.js';
import { updatePage } from './update-page.js';
import { keepResults, writeResults } from './write-results.js';

const options = readOptions();
const { folder, golden } = await openGolden();
const context = { ...options, folder, golden };
const { rounds, maxSeconds, engine, parts } = options;
const setting = describeSetting();
const training = await measureTraining(context);
const processes = parts.includes('processes') ? await measureProcesses(context) : undefined;
const growth = parts.includes('growth') ? await measureGrowth(context) : undefined;

const results = { ...setting, rounds, maxSeconds, engine, training, processes, growth };
const text = report({ setting, ...results });
process.stdout.write(`${text}\n`);
if (options.json !== undefined) writeResults(options.json, results);
if (options.update) {
  updatePage('speed.md', 'speed.js', text);
  keepResults('speed.json', results);
}
const trained = [...training.rows, ...(processes?.rows ?? [])];
if (trained.some(({ isGolden }) => isGolden === false)) process.exitCode = 1;
