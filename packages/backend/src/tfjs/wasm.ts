import * as tfWasm from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../engine.js';
import { BackendError } from '../errors.js';
import type { OpenEngineOptions } from '../open-engine.js';
import { TfjsEngine } from './tfjs-engine.js';

/**
 * TensorFlow.js on WebAssembly.
 *
 * @throws BackendError BACKEND_UNAVAILABLE
 */
export async function openWasm({ threads, wasmFiles }: OpenEngineOptions): Promise<Engine> {
  if (threads !== undefined && threads !== 1) {
    throw new BackendError(
      'BACKEND_UNAVAILABLE',
      `backend wasm: it runs on 1 thread here, ${threads} were asked for; leave --threads away`,
    );
  }
  let ready: boolean;
  try {
    // TensorFlow.js has one wasm backend for the whole program: its files can be named once.
    const started = tf.engine().registry.wasm !== undefined;
    if (wasmFiles !== undefined && !started) tfWasm.setWasmPaths(wasmFiles);
    ready = await tf.setBackend('wasm');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BackendError('BACKEND_UNAVAILABLE', `backend wasm: ${reason}`, { cause });
  }
  if (!ready) {
    throw new BackendError('BACKEND_UNAVAILABLE', 'backend wasm: WebAssembly did not start here');
  }
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return new TfjsEngine(
    'wasm',
    `TensorFlow.js ${tf.version_core} on WebAssembly${simd ? ' SIMD' : ''}`,
  );
}
