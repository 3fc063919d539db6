import { openEngine } from '@softreg/backend';
import { mnistFolder } from '@softreg/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type FullBatchIterationEvent,
  type FullBatchStopEvent,
  TUTORIAL_CG_SETTINGS,
  trainFullBatch,
} from '../src/index.js';
import { tutorialSplits } from './tutorial-splits.js';

/**
 * What SciPy's `fmin_cg` and L-BFGS-B (m = 10) reach in 50 iterations on the mean loss over the tutorial's 49,800 images, from zeros:
 * the loss, and the evaluations of it and its gradient.
 */
const SCIPY = [
  { method: 'cg', loss: 0.26502, evaluations: 89 },
  { method: 'lbfgs', loss: 0.2615, evaluations: 54 },
] as const;

const mnist = mnistFolder();

describe.skipIf(mnist === undefined).each(SCIPY)('$method on real MNIST', (scipy) => {
  let iterations: FullBatchIterationEvent[];
  let stop: FullBatchStopEvent;

  beforeAll(async () => {
    const engine = await openEngine('simd');
    const data = tutorialSplits(mnist as string);
    const settings = { ...TUTORIAL_CG_SETTINGS, method: scipy.method };
    iterations = [];
    for await (const event of trainFullBatch({ engine, data, settings })) {
      if (event.type === 'iteration') iterations.push(event);
      if (event.type === 'stop') stop = event;
    }
    engine.close();
  }, 120_000);

  test('begins with the loss of a guess', () => {
    expect(iterations[0]).toMatchObject({ iteration: 0, evaluations: 1 });
    expect(iterations[0]?.loss).toBeCloseTo(Math.log(10), 6);
  });

  test("has SciPy's loss in no more evaluations", () => {
    const reached = iterations.find(({ loss }) => loss <= scipy.loss);
    expect(reached?.evaluations).toBeLessThanOrEqual(scipy.evaluations);
    expect(reached?.evaluations).toBeGreaterThan(scipy.evaluations / 2);
  });

  test('and after as many iterations, too', () => {
    expect(stop).toMatchObject({ reason: 'iterations', iterations: 50 });
    expect(stop.evaluations).toBeLessThanOrEqual(scipy.evaluations);
    expect(stop.state.minimization.point.value).toBeLessThanOrEqual(scipy.loss);
    expect(iterations.map(({ iteration }) => iteration)).toEqual(
      Array.from({ length: 51 }, (_, i) => i),
    );
  });

  test("has better validation scores than the tutorial's 74 epochs of gradient descent", () => {
    const { best, validations } = stop.state;
    expect(validations).toHaveLength(50);
    expect(best?.validation.count).toBe(9600);
    expect(best?.validation.errors).toBeLessThan(720);
    expect(best?.validation.errors).toBe(Math.min(...validations.map(({ errors }) => errors)));
    expect(stop.scores?.validation.full.count).toBe(10_000);
    expect(stop.scores?.test.wholeMinibatches).toEqual(best?.test);
  });
});
