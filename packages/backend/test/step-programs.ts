import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test, vi } from 'vitest';
import {
  type BackendName,
  type Engine,
  type OpenEngineOptions,
  openEngine,
  zeroParameters,
} from '../src/index.js';
import { digits } from './problems.js';

type RunsPrograms = { [name in 'runWebGLProgram' | 'runWebGPUProgram']?: () => unknown };

/** How many programs the device runs meanwhile; where TensorFlow.js computes without any, its kernels count. */
async function programsOf(work: () => Promise<unknown>): Promise<number> {
  const backend = tf.backend() as RunsPrograms;
  const runner = (['runWebGLProgram', 'runWebGPUProgram'] as const).find((name) => name in backend);
  if (runner === undefined) return (await tf.profile(work as () => Promise<void>)).kernels.length;
  const run = vi.spyOn(backend as Required<RunsPrograms>, runner);
  await work();
  const { length } = run.mock.calls;
  run.mockRestore();
  return length;
}

/** That a step runs as many programs as its engine says. */
export function describeStepPrograms(
  backend: BackendName,
  expected: number,
  options: OpenEngineOptions = {},
): void {
  describe(`programs of a step on ${backend}`, { timeout: 120_000 }, () => {
    const update = { learningRate: 0.1 };
    const open = async (): Promise<[Engine, Awaited<ReturnType<Engine['load']>>]> => {
      const engine = await openEngine(backend, options);
      await engine.writeParameters(zeroParameters(49, 10));
      return [engine, await engine.load(digits(50), { minibatch: 25 })];
    };

    test('are as many as the engine says', async () => {
      const [engine, split] = await open();
      expect(engine.kernelsPerStep).toBe(expected);
      const step = async () => engine.step(split, { start: 0, end: 25 }, update);
      // The first moves the data to the device.
      await step();
      expect(await programsOf(step)).toBe(expected);
      engine.close();
    });

    test('are not more on rows that were scored first', async () => {
      const [engine, split] = await open();
      const rows = { start: 0, end: 25 };
      await engine.countErrors(split, rows);
      await engine.probabilities(split, rows);
      await engine.lossAndGradient(split, rows);
      const step = async () => engine.step(split, rows, update);
      await step();
      expect(await programsOf(step)).toBe(expected);
      engine.close();
    });
  });
}
