import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Engine, openEngine, openWideEngines, zeroParameters } from '../src/index.js';
import { digits } from './problems.js';

/** What one run does between two of its steps. */
const pauses = fc.constantFrom('nothing', 'microtask', 'turn', 'count', 'read', 'write', 'load');

/** A run of so many steps, and how it ends: by itself, by a throw of its own, or closed by another while it waits for a step. */
const runs = fc.record({
  learningRate: fc.constantFrom(0.01, 0.5, 1e30, Number.NaN),
  l2: fc.constantFrom(0, 0.1),
  steps: fc.nat(8),
  pauses: fc.array(pauses, { minLength: 1, maxLength: 5 }),
  shuffled: fc.boolean(),
  end: fc.constantFrom('itself', 'a throw', 'closed in a step'),
});

type Run = typeof runs extends fc.Arbitrary<infer T> ? T : never;

const examples = digits(30);
const order = Int32Array.from({ length: 30 }, (_, i) => (i * 7 + 3) % 30);

async function pauseOf(kind: string, engine: Engine): Promise<void> {
  if (kind === 'turn') await new Promise((resolve) => setImmediate(resolve));
  if (kind === 'read') await engine.readParameters();
  if (kind === 'write') await engine.writeRunningLoss(await engine.readRunningLoss());
  if (kind === 'load') (await engine.load(examples, { minibatch: 7 })).close();
  if (kind === 'count') {
    const split = await engine.load(examples, { minibatch: 30 });
    await engine.countErrors(split, { start: 0, end: 30 });
    split.close();
  }
  if (kind === 'microtask') await undefined;
}

/** As a consumer does: whatever happens, the engine is closed. @returns the parameters after the last whole step */
async function runOn(engine: Engine, run: Run, isAlone: boolean): Promise<Float32Array> {
  let last: Float32Array = new Float32Array(490);
  try {
    const split = await engine.load(examples, { minibatch: 10, shuffled: run.shuffled });
    await engine.writeParameters(zeroParameters(49, 10));
    for (let step = 0; step < run.steps; step++) {
      if (!isAlone) await pauseOf(run.pauses[step % run.pauses.length] as string, engine);
      const start = 10 * (step % 3);
      const own = run.shuffled ? { order: order.slice() } : {};
      await engine.step(split, { start, end: start + 10, ...own }, run);
      last = (await engine.readParameters()).weights;
    }
    if (isAlone) return last;
    if (run.end === 'a throw') throw new Error('thrown by the run');
    if (run.end === 'closed in a step') {
      setImmediate(() => engine.close());
      await engine.step(split, { start: 0, end: 10 }, run);
    }
  } catch (error) {
    expect((error as Error).message).toMatch(/^(thrown by the run|the engine is closed)$/);
  } finally {
    engine.close();
  }
  return last;
}

test('runs of any lengths, that end in any way, all end, and each is as if it were alone', async () => {
  (await openEngine('cpu')).close();
  const before = tf.memory().numTensors;
  await fc.assert(
    fc.asyncProperty(fc.array(runs, { minLength: 1, maxLength: 6 }), async (all) => {
      const engines = await openWideEngines('cpu', all.length);
      const results = await Promise.all(
        all.map((run, i) => runOn(engines[i] as Engine, run, false)),
      );
      expect(tf.memory().numTensors).toBe(before);
      for (const [i, run] of all.entries()) {
        const expected = await runOn(await openEngine('cpu'), run, true);
        const [found, wanted] = [results[i] as Float32Array, expected];
        const distance = found.map((value, j) => {
          const other = wanted[j] as number;
          return Object.is(value, other)
            ? 0
            : Math.abs(value - other) / Math.max(1, Math.abs(other));
        });
        expect(distance.every((one) => one <= 1e-6)).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
}, 120_000);
