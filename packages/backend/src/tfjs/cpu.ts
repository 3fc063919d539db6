import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../engine.js';
import { processorName } from '../node-only.js';
import type { OpenEngineOptions } from '../open-engine-options.js';
import { inputsHere } from './inputs-here.js';
import { quietly, refuseThreads, startTfjs } from './start.js';
import { TfjsEngine } from './tfjs-engine.js';

/**
 * TensorFlow.js in plain JavaScript: slow, and always there.
 *
 * @throws BackendError BACKEND_UNAVAILABLE
 */
export async function openCpu({ threads }: OpenEngineOptions): Promise<Engine> {
  refuseThreads('cpu', threads);
  await quietly(() => import('@tensorflow/tfjs-backend-cpu'));
  await startTfjs('cpu');
  silenceAdvertisement();
  return new TfjsEngine('cpu', {
    description: `TensorFlow.js ${tf.version_core} in plain JavaScript`,
    device: await processorName(),
    precision: 'float32',
    inputsOf: inputsHere,
    looksAtLoss: true,
  });
}

/** On its first use in Node the backend prints an advertisement for another package, unless it thinks it was used before. */
function silenceAdvertisement(): void {
  (tf.findBackend('cpu') as { firstUse?: boolean }).firstUse = false;
}
