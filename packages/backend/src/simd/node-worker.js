// A thread of the engine `simd` in Node. JavaScript, as Node 20 runs no TypeScript and tests run what is in `src`.
// biome-ignore lint/correctness/noNodejsModules: it is for Node alone
import { parentPort, workerData } from 'node:worker_threads';

const { module, memory } = workerData;
const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports;
parentPort?.postMessage('ready');
/** @type {() => void} */ (kernel.serve)();
