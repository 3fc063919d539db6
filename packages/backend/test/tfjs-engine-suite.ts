import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test, vi } from 'vitest';
import {
  type BackendName,
  type OpenEngineOptions,
  openEngine,
  zeroParameters,
} from '../src/index.js';
import { tensorCounts, watchKernels } from './kernel-calls.js';
import { digits } from './problems.js';

/** What engines on TensorFlow.js must do besides: free what they hold, read nothing back, leave each other alone. */
export function describeTfjsEngine(backend: BackendName, options: OpenEngineOptions = {}): void {
  describe(`engine ${backend} on TensorFlow.js`, { timeout: 120_000 }, () => {
    test('1,000 steps leave no tensor behind, nor does a refused one, and close frees all', async () => {
      // TensorFlow.js knows of its memory once it has started.
      (await openEngine(backend, options)).close();
      const before = tensorCounts();
      const engine = await openEngine(backend, options);
      const split = await engine.load(digits(50), { minibatch: 10 });
      await engine.writeParameters(zeroParameters(49, 10));
      const order = Int32Array.from({ length: 50 }, (_, i) => 49 - i);
      const round = async (steps: number) => {
        for (let i = 0; i < steps; i++) {
          const start = 10 * (i % 5);
          const rows = { start, end: start + 10, ...(i % 3 === 0 && { order }) };
          await engine.step(split, rows, { learningRate: 0.1, l2: 0.01 });
        }
        expect(() => engine.step(split, { start: 0, end: 99 }, { learningRate: 1 })).toThrow();
        await engine.lossAndGradient(split, { start: 3, end: 41 });
        await engine.countErrors(split, { start: 3, end: 41 });
        await engine.probabilities(split, { start: 3, end: 41 });
        await engine.writeParameters(await engine.readParameters());
        await engine.writeRunningLoss(await engine.readRunningLoss());
      };
      await round(10);
      const during = tensorCounts();
      await round(1000);
      expect(tensorCounts()).toEqual(during);
      engine.close();
      expect(tensorCounts()).toEqual(before);
    });

    test('a step that fails in the middle changes nothing and leaves nothing behind', async () => {
      const engine = await openEngine(backend, options);
      const split = await engine.load(digits(20), { minibatch: 10 });
      await engine.writeParameters(zeroParameters(49, 10));
      const rows = { start: 0, end: 10 };
      const update = { learningRate: 0.1, l2: 0.01 };
      await engine.step(split, rows, update);
      const [parameters, running] = [await engine.readParameters(), await engine.readRunningLoss()];
      const before = tensorCounts();
      for (let kernels = 0; ; kernels++) {
        const failing = watchKernels(kernels);
        const error = await Promise.resolve()
          .then(async () => void (await engine.step(split, rows, update)))
          .catch((reason: Error) => reason);
        failing.mockRestore();
        expect(tensorCounts()).toEqual(before);
        if (error === undefined) {
          expect(kernels).toBeGreaterThanOrEqual(engine.kernelsPerStep ?? 1);
          break;
        }
        expect(error.message).toBe('out of memory');
        expect(await engine.readParameters()).toEqual(parameters);
        expect(await engine.readRunningLoss()).toEqual(running);
      }
      engine.close();
    });

    const isProcessor = ['tensorflow', 'wasm', 'cpu'].includes(backend);

    test('steps read nothing back from the device, but one number where it is the processor', async () => {
      const engine = await openEngine(backend, options);
      const split = await engine.load(digits(50), { minibatch: 10 });
      await engine.writeParameters(zeroParameters(49, 10));
      const reads = [
        vi.spyOn(tf.engine().backend, 'read'),
        vi.spyOn(tf.engine().backend, 'readSync'),
        vi.spyOn(tf.Tensor.prototype, 'data'),
        vi.spyOn(tf.Tensor.prototype, 'dataSync'),
      ];
      for (let i = 0; i < 10; i++) {
        const start = 10 * (i % 5);
        engine.step(split, { start, end: start + 10 }, { learningRate: 0.1, l2: 0.01 });
      }
      const expected = isProcessor ? [0, 10, 0, 10] : [0, 0, 0, 0];
      expect(reads.map((read) => read.mock.calls.length)).toEqual(expected);
      await engine.readRunningLoss();
      expect(reads[2]?.mock.calls.length).toBe(1);
      engine.close();
    });

    test('two engines do not disturb each other', async () => {
      const examples = digits(20);
      const rows = { start: 0, end: 20 };
      const other = await openEngine(backend === 'cpu' ? 'wasm' : 'cpu', options);
      const engine = await openEngine(backend, options);
      for (const each of [engine, other]) await each.writeParameters(zeroParameters(49, 10));
      const splits = [await engine.load(examples), await other.load(examples)] as const;
      for (let i = 0; i < 3; i++) {
        engine.step(splits[0], rows, { learningRate: 0.5 });
        other.step(splits[1], rows, { learningRate: 0.25 });
      }
      const alone = await openEngine(backend, options);
      await alone.writeParameters(zeroParameters(49, 10));
      const split = await alone.load(examples);
      for (let i = 0; i < 3; i++) alone.step(split, rows, { learningRate: 0.5 });
      expect(await engine.readParameters()).toEqual(await alone.readParameters());
      expect(() => engine.step(splits[1], rows, { learningRate: 1 })).toThrow(/another engine/);
      for (const each of [engine, other, alone]) each.close();
    });

    test('more than one thread is refused by name', async () => {
      await expect(openEngine(backend, { ...options, threads: 4 })).rejects.toMatchObject({
        code: 'BACKEND_UNAVAILABLE',
        message: expect.stringContaining(`backend ${backend}`),
      });
    });
  });
}
