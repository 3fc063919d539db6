import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from '../engine.js';
import { unavailable } from '../unavailable.js';

/**
 * Loads code that registers a backend with TensorFlow.js, which warns of each of hundreds of kernels if another copy of that code is
 * there already: globally installed packages each bring their own.
 */
export async function quietly<T>(load: () => Promise<T>): Promise<T> {
  const production = tf.env().getBool('PROD');
  tf.env().set('PROD', true);
  try {
    return await load();
  } finally {
    tf.env().set('PROD', production);
  }
}

/** @throws BackendError BACKEND_UNAVAILABLE if TensorFlow.js cannot start the backend; its code must have been imported */
export async function startTfjs(backend: BackendName): Promise<void> {
  let ready: boolean;
  try {
    ready = await tf.setBackend(backend);
  } catch (cause) {
    throw unavailable(backend, cause instanceof Error ? cause.message : String(cause), { cause });
  }
  if (!ready) throw unavailable(backend, 'TensorFlow.js could not start it here');
}

/** @throws BackendError BACKEND_UNAVAILABLE */
export function refuseThreads(backend: BackendName, threads: number | undefined): void {
  if (threads === undefined || threads === 1) return;
  throw unavailable(backend, `it decides itself on its threads, and ${threads} were asked for`, {
    fix: 'ask for no number of threads',
  });
}
