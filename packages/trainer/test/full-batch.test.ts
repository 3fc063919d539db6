import { type Engine, openReferenceEngine } from '@softreg/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FULL_BATCH_METHODS, type FullBatchEvent, trainFullBatch } from '../src/index.js';
import { eventsOf, SETTINGS, stopOf } from './full-batch-run.js';
import { losable } from './losable-engine.js';
import { farthest, model64, thetaOf } from './model64.js';
import { DATA, ENGINES } from './small-run.js';

const iterationsOf = (events: readonly FullBatchEvent[]) =>
  events.flatMap((event) => (event.type === 'iteration' ? [event] : []));

const optima = new Map<number, number[]>();

/** With l2 0.05. Newton's method would do, but this needs no algebra: many small steps down, in float64. */
function optimum(penalized: number): number[] {
  const known = optima.get(penalized);
  if (known) return known;
  let theta = new Array<number>(21).fill(0);
  for (let step = 0; step < 4000; step++) {
    const { gradient } = model64(theta, DATA.train, 0, 36);
    theta = theta.map(
      (p, i) => p - 1.5 * ((gradient[i] as number) + (i < penalized ? 0.05 * p : 0)),
    );
  }
  optima.set(penalized, theta);
  return theta;
}

describe.each(ENGINES)('on %s', (_, open) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine.close());

  describe.each(FULL_BATCH_METHODS)('%s', (method) => {
    const options = () => ({ engine, data: DATA, settings: { ...SETTINGS, method } });

    test.each([
      [false, 18],
      [true, 21],
    ])('converges to the optimum, biases penalized: %s', async (penalizeBias, penalized) => {
      const settings = { ...SETTINGS, method, penalizeBias };
      const stop = stopOf(await eventsOf({ ...options(), settings }));
      expect(stop.reason).toBe('converged');
      const expected = optimum(penalized);
      expect(farthest(thetaOf(stop.parameters), expected)).toBeLessThan(2e-4);
      expect(Math.max(...expected)).toBeGreaterThan(0.3);
    });

    test('tells loss and gradient as they are', async () => {
      const events = iterationsOf(await eventsOf(options()));
      expect(events.length).toBeGreaterThan(8);
      for (const { state, loss, gradientNorm, evaluations, iteration } of events) {
        const theta = [...state.minimization.point.x];
        const found = model64(theta, DATA.train, 0, 36);
        const squares = theta.slice(0, 18).reduce((sum, p) => sum + p * p, 0);
        expect(loss).toBeCloseTo(found.loss + 0.025 * squares, 5);
        const slopes = found.gradient.map((g, i) => (i < 18 ? g + 0.05 * (theta[i] as number) : g));
        expect(gradientNorm).toBeCloseTo(Math.hypot(...slopes), 5);
        expect(evaluations).toBeGreaterThan(iteration);
      }
      expect(events[0]).toMatchObject({ iteration: 0, evaluations: 1, validation: undefined });
      expect(events[0]?.loss).toBeCloseTo(Math.log(3), 6);
      const losses = events.map(({ loss }) => loss);
      losses.slice(1).forEach((loss, i) => {
        expect(loss).toBeLessThan((losses[i] as number) * (1 + 1e-6));
      });
    });

    test('keeps the best parameters, and scores them', async () => {
      const events = await eventsOf(options());
      const stop = stopOf(events);
      const errors = iterationsOf(events).flatMap(({ validation }) => validation?.errors ?? []);
      const { best, validations } = stop.state;
      expect(validations.map((score) => score.errors)).toEqual(errors);
      expect(best?.validation).toEqual({ errors: Math.min(...errors), count: 24 });
      expect(best?.iteration).toBe(errors.indexOf(Math.min(...errors)) + 1);
      expect(stop.scores?.validation.wholeMinibatches).toEqual(best?.validation);
      expect(stop.scores?.test.wholeMinibatches).toEqual(best?.test);
      expect(stop.scores?.validation.full.count).toBe(26);
      const told = events.flatMap((event) => (event.type === 'best' ? [event] : []));
      expect(told.at(-1)).toEqual({ type: 'best', ...best, test: undefined });
      expect(told.length).toBeGreaterThan(1);

      const split = await engine.load(DATA.validation);
      await engine.writeParameters(best?.parameters ?? stop.parameters);
      expect(await engine.countErrors(split, { start: 0, end: 24 })).toBe(Math.min(...errors));
      split.close();
    });

    test('goes on to the bit from any iteration', async () => {
      const settings = { ...SETTINGS, method, iterations: 12 };
      const events = await eventsOf({ ...options(), settings });
      for (const { state, iteration } of iterationsOf(events)) {
        const rest = await eventsOf({ ...options(), settings, state: structuredClone(state) });
        expect(stopOf(rest)).toEqual(stopOf(events));
        expect(iterationsOf(rest)).toEqual(iterationsOf(events).slice(iteration + 1));
      }
    });

    test('a tolerance beyond the precision of the engine ends with its best', async () => {
      const settings = { ...SETTINGS, method, gradientTolerance: 0 };
      const stop = stopOf(await eventsOf({ ...options(), settings }));
      expect(['line-search', 'iterations', 'converged']).toContain(stop.reason);
      expect(farthest(thetaOf(stop.parameters), optimum(18))).toBeLessThan(1e-4);
    });
  });
});

describe('a run', () => {
  const base = () => ({ engine: openReferenceEngine(), data: DATA, settings: SETTINGS });

  test('begins at the parameters that are given', async () => {
    const { parameters } = stopOf(await eventsOf(base()));
    const events = await eventsOf({ ...base(), parameters });
    expect(stopOf(events)).toMatchObject({ reason: 'converged', evaluations: 1, iterations: 0 });
    expect(stopOf(events).parameters).toEqual(parameters);
    expect(stopOf(events).scores).toBeUndefined();
  });

  test('stops after its iterations, and may get more', async () => {
    const settings = { ...SETTINGS, iterations: 4 };
    const stop = stopOf(await eventsOf({ ...base(), settings }));
    expect([stop.reason, stop.iterations]).toEqual(['iterations', 4]);
    const more = await eventsOf({ ...base(), state: stop.state });
    expect(stopOf(more)).toEqual(stopOf(await eventsOf(base())));
  });

  test('is stopped by its signal, at once and with what it has', async () => {
    const controller = new AbortController();
    const events: FullBatchEvent[] = [];
    for await (const event of trainFullBatch({ ...base(), signal: controller.signal })) {
      events.push(event);
      if (event.type === 'iteration' && event.iteration === 3) controller.abort();
    }
    const stop = stopOf(events);
    expect([stop.reason, stop.iterations]).toEqual(['aborted', 3]);
    expect(stop.scores?.test.full.count).toBe(20);
    const rest = await eventsOf({ ...base(), state: stop.state });
    expect(stopOf(rest)).toEqual(stopOf(await eventsOf(base())));
  });

  test('that is aborted before it begins has evaluated once', async () => {
    const events = await eventsOf({ ...base(), signal: AbortSignal.abort() });
    expect(events.map(({ type }) => type)).toEqual(['iteration', 'stop']);
    expect(stopOf(events)).toMatchObject({ reason: 'aborted', evaluations: 1, scores: undefined });
  });

  test('that cannot begin diverged', async () => {
    const reference = openReferenceEngine();
    const engine: Engine = {
      ...reference,
      lossAndGradient: async (...given) => ({
        ...(await reference.lossAndGradient(...given)),
        loss: Number.POSITIVE_INFINITY,
      }),
    };
    const events = await eventsOf({ ...base(), engine });
    expect(events.map(({ type }) => type)).toEqual(['iteration', 'divergence', 'stop']);
    expect(stopOf(events).reason).toBe('diverged');
  });

  // The first bias falls to a wall: a search ends without a flat place, on this side of the wall or on the other.
  test.each([0.2, 0.3, 0.35, 0.5, 0.6, 0.66, 0.8, 0.9])(
    'scores the parameters of its iterations, though its search tried others last: %d',
    async (wall) => {
      const reference = openReferenceEngine();
      const scored: (number | undefined)[] = [];
      const firstBias = async () => (await reference.readParameters()).bias[0];
      const engine: Engine = {
        ...reference,
        async lossAndGradient() {
          const first = (await firstBias()) ?? 0;
          const gradient = { features: 6, classes: 3, weights: new Float32Array(18) };
          const loss = first < wall ? 2 - first : Number.NaN;
          return { loss, gradient: { ...gradient, bias: Float32Array.of(-1, 0, 0) } };
        },
        async countErrors() {
          scored.push(await firstBias());
          return 1;
        },
      };
      const settings = { ...SETTINGS, l2: 0, iterations: 1 };
      const { parameters } = stopOf(await eventsOf({ ...base(), engine, settings }));
      expect(parameters.bias[0]).toBeLessThan(wall);
      expect(parameters.bias[0]).toBeGreaterThan(wall - 0.05);
      expect(new Set(scored)).toEqual(new Set([parameters.bias[0]]));
    },
  );

  test('closes its splits, however it ends', async () => {
    const ends = [
      async (events: AsyncIterable<FullBatchEvent>) => {
        for await (const _ of events) break;
      },
      async (events: AsyncIterable<FullBatchEvent>) => {
        for await (const _ of events);
      },
    ];
    for (const end of ends) {
      const engine = losable(openReferenceEngine());
      await end(trainFullBatch({ ...base(), engine }));
      expect([engine.openSplits(), engine.closed()]).toEqual([0, 0]);
    }
  });

  test('goes on elsewhere from the last iteration before a loss', async () => {
    const straight = await eventsOf(base());
    const engine = losable(openReferenceEngine(), { call: 40, manner: 'during' });
    const events: FullBatchEvent[] = [];
    const lost = async () => {
      for await (const event of trainFullBatch({ ...base(), engine })) events.push(event);
    };
    await expect(lost()).rejects.toMatchObject({ code: 'BACKEND_LOST' });
    const last = iterationsOf(events).at(-1);
    expect(last?.iteration).toBeGreaterThan(2);
    const rest = await eventsOf({ ...base(), state: last?.state });
    expect(stopOf(rest)).toEqual(stopOf(straight));
  });
});
