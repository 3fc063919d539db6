import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test, vi } from 'vitest';
import {
  BackendError,
  type BackendName,
  openEngine,
  openReferenceEngine,
  zeroParameters,
} from '../src/index.js';
import { describeEngine } from './engine-suite.js';
import { digits } from './problems.js';

// In a page the test server serves the package's folder.
const wasmFiles =
  'document' in globalThis ? '/node_modules/@tensorflow/tfjs-backend-wasm/dist/' : undefined;

describeEngine('reference', async () => openReferenceEngine(), 1e-6);
describeEngine('wasm', () => openEngine('wasm', { wasmFiles }), 1e-5);
describeEngine('cpu', () => openEngine('cpu'), 1e-5);

describe.each<BackendName>(['wasm', 'cpu'])('engine %s on TensorFlow.js', (backend) => {
  test('1,000 steps leave no tensor behind, nor does a refused one, and close frees all', async () => {
    const before = tf.memory().numTensors;
    const engine = await openEngine(backend, { wasmFiles });
    const split = await engine.load(digits(50), { minibatch: 10 });
    await engine.writeParameters(zeroParameters(49, 10));
    const order = Int32Array.from({ length: 50 }, (_, i) => 49 - i);
    const round = async (steps: number) => {
      for (let i = 0; i < steps; i++) {
        const start = 10 * (i % 5);
        const rows = { start, end: start + 10, ...(i % 3 === 0 && { order }) };
        engine.step(split, rows, { learningRate: 0.1, l2: 0.01 });
      }
      expect(() => engine.step(split, { start: 0, end: 99 }, { learningRate: 1 })).toThrow();
      await engine.lossAndGradient(split, { start: 3, end: 41 });
      await engine.countErrors(split, { start: 3, end: 41 });
      await engine.probabilities(split, { start: 3, end: 41 });
      await engine.writeParameters(await engine.readParameters());
      await engine.writeRunningLoss(await engine.readRunningLoss());
    };
    await round(10);
    const during = tf.memory().numTensors;
    await round(1000);
    expect(tf.memory().numTensors).toBe(during);
    engine.close();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('steps read nothing back from the device', async () => {
    const engine = await openEngine(backend, { wasmFiles });
    const split = await engine.load(digits(50), { minibatch: 10 });
    await engine.writeParameters(zeroParameters(49, 10));
    const reads = [
      vi.spyOn(tf.engine().backend, 'read'),
      vi.spyOn(tf.engine().backend, 'readSync'),
      vi.spyOn(tf.Tensor.prototype, 'data'),
      vi.spyOn(tf.Tensor.prototype, 'dataSync'),
    ];
    for (let i = 0; i < 50; i++) {
      const start = 10 * (i % 5);
      engine.step(split, { start, end: start + 10 }, { learningRate: 0.1, l2: 0.01 });
    }
    expect(reads.map((read) => read.mock.calls.length)).toEqual([0, 0, 0, 0]);
    await engine.readRunningLoss();
    expect(reads[2]?.mock.calls.length).toBe(1);
    engine.close();
  });

  test('two engines do not disturb each other', async () => {
    const examples = digits(20);
    const rows = { start: 0, end: 20 };
    const other = await openEngine(backend === 'cpu' ? 'wasm' : 'cpu', { wasmFiles });
    const engine = await openEngine(backend, { wasmFiles });
    for (const each of [engine, other]) await each.writeParameters(zeroParameters(49, 10));
    const splits = [await engine.load(examples), await other.load(examples)] as const;
    for (let i = 0; i < 3; i++) {
      engine.step(splits[0], rows, { learningRate: 0.5 });
      other.step(splits[1], rows, { learningRate: 0.25 });
    }
    const alone = await openEngine(backend, { wasmFiles });
    await alone.writeParameters(zeroParameters(49, 10));
    const split = await alone.load(examples);
    for (let i = 0; i < 3; i++) alone.step(split, rows, { learningRate: 0.5 });
    expect(await engine.readParameters()).toEqual(await alone.readParameters());
    expect(() => engine.step(splits[1], rows, { learningRate: 1 })).toThrow(/another engine/);
    for (const each of [engine, other, alone]) each.close();
  });

  test('more than one thread is refused by name', async () => {
    await expect(openEngine(backend, { threads: 4, wasmFiles })).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining(`backend ${backend}`),
    });
  });
});

describe('openEngine', () => {
  test('auto takes the first that runs', async () => {
    const engine = await openEngine('auto', { wasmFiles });
    expect(engine.backend).toBe('wasm');
    engine.close();
  });

  test('auto tells why each was rejected', async () => {
    const rejected: string[] = [];
    const open = openEngine('auto', {
      threads: 2,
      wasmFiles,
      onRejected: (backend, reason) => rejected.push(`${backend}: ${reason}`),
    });
    await expect(open).rejects.toSatisfy(BackendError.isInstance);
    expect(rejected).toHaveLength(2);
    expect(rejected[1]).toContain('cpu: backend cpu: it runs on 1 thread');
  });

  test('a name that is none', async () => {
    await expect(openEngine('cuda' as BackendName)).rejects.toMatchObject({
      code: 'BACKEND_UNKNOWN',
      message: 'backend: expected auto, wasm or cpu, found cuda',
    });
  });
});
