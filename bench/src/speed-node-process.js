// What a process of its own does in Node: node speed-node-process.js OPTIONS, which are JSON. Prints what came of it as JSON.
import { openEngine } from '@softreg/backend';
import { fitTutorial } from './layers-model-tutorial.js';
import { readMnist } from './mnist-in-node.js';
import { reasonOf } from './reason.js';
import { trainOnMore } from './speed-growth-run.js';
import { trainTutorial } from './speed-train-run.js';
import { watchMemories } from './wasm-memory.js';

const WORKS = { train: trainTutorial, fit: fitTutorial, growth: trainOnMore };

const { work, backend, threads, folder, ...options } = JSON.parse(process.argv[2]);
const result = await run().catch((error) => ({ works: false, ...reasonOf(error) }));
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit());

async function run() {
  watchMemories();
  const engine = await openEngine(backend, { threads });
  const { description } = engine;
  const data = await readMnist(folder);
  return { works: true, description, ...(await WORKS[work]({ engine, data, ...options })) };
}
