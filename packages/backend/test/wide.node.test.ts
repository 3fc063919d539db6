import * as tf from '@tensorflow/tfjs-core';
import { expect, test, vi } from 'vitest';
import { type BackendName, openWideEngines } from '../src/index.js';
import { needBackend } from './need-backend.js';
import { describeWide } from './wide-suite.js';

describeWide('cpu');
describeWide('wasm');
if (await needBackend('tensorflow')) describeWide('tensorflow');

test('simd is refused, with what to do', async () => {
  await expect(openWideEngines('simd', 2)).rejects.toMatchObject({
    code: 'BACKEND_UNAVAILABLE',
    message:
      'backend simd: its kernel gains nothing from several models at once; open one engine for each',
  });
});

test('a device that computes wrong numbers side by side is refused', async () => {
  const { runKernel } = tf.engine();
  // Engines alone have no such kernel.
  const spoiled = vi.spyOn(tf.engine(), 'runKernel').mockImplementation((...call) => {
    const result = runKernel.apply(tf.engine(), call);
    return call[0] === 'Tile' ? tf.zerosLike(result as tf.Tensor) : result;
  });
  const opening = openWideEngines('cpu', 2).finally(() => spoiled.mockRestore());
  await expect(opening).rejects.toMatchObject({
    code: 'BACKEND_UNAVAILABLE',
    message: expect.stringMatching(/^backend cpu: side by side its numbers are wrong: /),
  });
});

test.each([0, -1, 1.5, Number.NaN])('%s engines are refused', async (count) => {
  await expect(openWideEngines('cpu', count)).rejects.toMatchObject({
    code: 'BACKEND_INVALID_ARGUMENT',
    message: `count: expected a number of engines, 1 or more, found ${count}`,
  });
});

test('a backend that is none, or cannot run, is refused by name', async () => {
  await expect(openWideEngines('abacus' as BackendName, 2)).rejects.toMatchObject({
    code: 'BACKEND_UNKNOWN',
  });
  await expect(openWideEngines('webgl', 2)).rejects.toMatchObject({
    code: 'BACKEND_UNAVAILABLE',
    message: expect.stringContaining('backend webgl'),
  });
});

test('they are what their backend is, side by side', async () => {
  const engines = await openWideEngines('cpu', 2);
  for (const engine of engines) {
    expect(engine).toMatchObject({ backend: 'cpu', precision: 'float32' });
    expect(engine.description).toMatch(
      /^TensorFlow\.js 4\.22\.0 in plain JavaScript, side by side$/,
    );
    engine.close();
  }
});
