import { expect, test } from 'vitest';
import { openEngine } from '../src/index.js';
import { needBackend } from './need-backend.js';
import { describeOnce } from './once-suite.js';

if (await needBackend('tensorflow')) {
  describeOnce('tensorflow');

  test('the bytes that TensorFlow makes its floats of are given back', async () => {
    const engine = await openEngine('tensorflow');
    const [count, features] = [600, 784];
    const values = new Uint8Array(count * features).fill(7);
    const labels = new Uint8Array(count);
    const load = async (times: number) => {
      for (let i = 0; i < times; i++) {
        const examples = { values, scale: 256, labels, count, features, classes: 10 };
        (await engine.load(examples, { minibatch: count, once: true })).close();
      }
    };
    await load(50);
    const before = process.memoryUsage.rss();
    await load(500);
    // 500 minibatches are 235 MB.
    expect(process.memoryUsage.rss() - before).toBeLessThan(80 * 2 ** 20);
    engine.close();
  });
}
