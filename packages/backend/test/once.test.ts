import { describeOnce } from './once-suite.js';
import { wasmFiles } from './wasm-files.js';

// Node's TensorFlow has a file of its own.
const here =
  'document' in globalThis ? (['webgl', 'wasm', 'cpu'] as const) : (['wasm', 'cpu'] as const);
for (const backend of here) describeOnce(backend, { wasmFiles });
