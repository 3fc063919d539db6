import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { type BackendError, openEngine } from '../src/index.js';
import { describeEngine } from './engine-suite.js';
import { needBackend } from './need-backend.js';
import { describeTfjsEngine } from './tfjs-engine-suite.js';

// The binding of tfjs-node-gpu is loaded first, and stays.
const cuda = await openEngine('cuda').catch((error: BackendError) => error);

if ('step' in cuda) {
  cuda.close();
  describeEngine('cuda', () => openEngine('cuda'), 1e-5);
  describeTfjsEngine('cuda');
  test('tensorflow does not pretend that the card is a processor', async () => {
    await expect(openEngine('tensorflow')).rejects.toThrow('computes on the card');
  });
} else if (await needBackend('tensorflow')) {
  describe('without a card that TensorFlow can use', () => {
    test('cuda is refused with the reason, and never computes on the processor', () => {
      expect(cuda).toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
      expect(cuda.message).toMatch(
        existsSync('/proc/driver/nvidia/gpus')
          ? /^backend cuda: TensorFlow \S+ cannot use the .+; install CUDA 11\.2 and cuDNN 8\.1/
          : /^backend cuda: there is no NVIDIA card here, or no driver for it; install the NVIDIA driver/,
      );
    });

    let description = '';
    beforeAll(async () => {
      const engine = await openEngine('tensorflow');
      description = engine.description;
      engine.close();
    });

    test('its binding serves tensorflow', () => {
      expect(description).toMatch(/^TensorFlow \S+ through @tensorflow\/tfjs-node-gpu 4\.22\.0$/);
    });

    // The code that a card would run: the same package, the same binding.
    describeEngine('tensorflow', () => openEngine('tensorflow'), 1e-5);
    describeTfjsEngine('tensorflow');
  });
}
