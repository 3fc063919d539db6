import { expect, test } from 'vitest';
import { openEngine, zeroParameters } from '../src/index.js';
import { digits } from './problems.js';

function trainInWorker(threads?: number): Promise<{ description: string; weights: Float32Array }> {
  const worker = new Worker(new URL('./simd-in-worker.ts', import.meta.url), { type: 'module' });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(threads);
  }).finally(() => worker.terminate()) as ReturnType<typeof trainInWorker>;
}

test('a worker of the page finds the same parameters as the page, on as many threads as it may have', async () => {
  const engine = await openEngine('simd', { threads: 1 });
  const split = await engine.load(digits(200), { minibatch: 100 });
  await engine.writeParameters(zeroParameters(49, 10));
  for (let i = 0; i < 300; i++) {
    const start = 100 * (i % 2);
    engine.step(split, { start, end: start + 100 }, { learningRate: 0.1 });
  }
  const { weights } = await engine.readParameters();
  engine.close();
  const found = await trainInWorker();
  expect(found.weights).toEqual(weights);
  const threads = crossOriginIsolated ? Math.min(8, navigator.hardwareConcurrency) : 1;
  expect(found.description).toMatch(new RegExp(`, ${threads} threads?$`));
  if (crossOriginIsolated) expect((await trainInWorker(4)).weights).toEqual(weights);
});
