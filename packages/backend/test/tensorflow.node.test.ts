import { expect, test } from 'vitest';
import { openEngine } from '../src/index.js';
import { describeEngine } from './engine-suite.js';
import { needBackend } from './need-backend.js';
import { describeTfjsEngine } from './tfjs-engine-suite.js';

if (await needBackend('tensorflow')) {
  describeEngine('tensorflow', () => openEngine('tensorflow'), 1e-5);
  describeTfjsEngine('tensorflow');

  test('it is the package without GPU code that runs, if both are there', async () => {
    const engine = await openEngine('tensorflow');
    expect(engine.description).toMatch(
      /^TensorFlow \d+\.\d+\.\d+ through @tensorflow\/tfjs-node 4\.22\.0$/,
    );
    engine.close();
  });

  test('once it runs, cuda has no room in the same process', async () => {
    await expect(openEngine('cuda')).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message:
        'backend cuda: this process computes with @tensorflow/tfjs-node already; ask for cuda first, in a new process',
    });
  });
}
