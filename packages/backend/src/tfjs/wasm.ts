import * as tfWasm from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../engine.js';
import { isNode, processorName } from '../node-only.js';
import type { OpenEngineOptions } from '../open-engine-options.js';
import { unavailable } from '../unavailable.js';
import { checkServedWasm } from './served-wasm.js';
import { refuseThreads, startTfjs } from './start.js';
import { TfjsEngine } from './tfjs-engine.js';
import { wasmInputs } from './wasm-inputs.js';

/**
 * TensorFlow.js on WebAssembly.
 *
 * @throws BackendError BACKEND_UNAVAILABLE
 */
export async function openWasm({ threads, wasmFiles }: OpenEngineOptions): Promise<Engine> {
  refuseThreads('wasm', threads);
  // Where it is missing TensorFlow.js waits for ever.
  if (!('WebAssembly' in globalThis)) {
    throw unavailable('wasm', 'there is no WebAssembly in this runtime');
  }
  // TensorFlow.js has one wasm backend for the whole program: its files can be named once.
  const started = tf.engine().registry.wasm !== undefined;
  if (wasmFiles !== undefined && !started) {
    try {
      tfWasm.setWasmPaths(wasmFiles);
    } catch (cause) {
      throw unavailable('wasm', (cause as Error).message, { cause });
    }
  }
  if (!started && !isNode()) {
    // Its threads are made of the text of a function, which means nothing once a bundler has minified it, and of addresses (blob:) that a strict
    // policy forbids.
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    await checkServedWasm(wasmFiles);
  }
  await startTfjs('wasm');
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return new TfjsEngine('wasm', {
    description: `TensorFlow.js ${tf.version_core} on WebAssembly${simd ? ' SIMD' : ''}`,
    device: await processorName(),
    precision: 'float32',
    inputsOf: wasmInputs,
    looksAtLoss: true,
  });
}
