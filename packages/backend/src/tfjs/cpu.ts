import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { Engine } from '../engine.js';
import { BackendError } from '../errors.js';
import type { OpenEngineOptions } from '../open-engine.js';
import { TfjsEngine } from './tfjs-engine.js';

/**
 * TensorFlow.js in plain JavaScript: slow, and always there.
 *
 * @throws BackendError BACKEND_UNAVAILABLE
 */
export async function openCpu({ threads }: OpenEngineOptions): Promise<Engine> {
  if (threads !== undefined && threads !== 1) {
    throw new BackendError(
      'BACKEND_UNAVAILABLE',
      `backend cpu: it runs on 1 thread, ${threads} were asked for; leave --threads away`,
    );
  }
  await tf.setBackend('cpu');
  silenceAdvertisement();
  return new TfjsEngine('cpu', `TensorFlow.js ${tf.version_core} in plain JavaScript`);
}

/** On its first use in Node the backend prints an advertisement for another package, unless it thinks it was used before. */
function silenceAdvertisement(): void {
  (tf.findBackend('cpu') as { firstUse?: boolean }).firstUse = false;
}
