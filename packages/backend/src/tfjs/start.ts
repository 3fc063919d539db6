import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from '../engine.js';
import { BackendError } from '../errors.js';

/** @throws BackendError BACKEND_UNAVAILABLE if TensorFlow.js cannot start the backend; its code must have been imported */
export async function startTfjs(backend: BackendName): Promise<void> {
  let ready: boolean;
  try {
    ready = await tf.setBackend(backend);
  } catch (cause) {
    throw unavailable(backend, cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (!ready) throw unavailable(backend, 'TensorFlow.js could not start it here');
}

/** @throws BackendError BACKEND_UNAVAILABLE */
export function refuseThreads(backend: BackendName, threads: number | undefined): void {
  if (threads === undefined || threads === 1) return;
  throw unavailable(
    backend,
    `it takes no --threads, ${threads} were asked for; leave the flag away`,
  );
}

export function unavailable(backend: BackendName, reason: string, cause?: unknown): BackendError {
  return new BackendError('BACKEND_UNAVAILABLE', `backend ${backend}: ${reason}`, { cause });
}
