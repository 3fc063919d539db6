// A thread of the engine `simd` in Node. JavaScript, as Node 20 runs no TypeScript and tests run what is in `src`.
// Named by a variable, so that no bundler looks for what pages have no use for.
const name = 'node:worker_threads';
const { parentPort, workerData } = await import(name);

const { module, memory } = workerData;
const kernel = new WebAssembly.Instance(module, { env: { memory } }).exports;
parentPort.postMessage('ready');
/** @type {() => void} */ (kernel.serve)();
