import type { Engine, Examples, Parameters } from '@softreg/backend';
import { openReferenceEngine } from '@softreg/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sgd, type UpdateRule } from '../src/index.js';
import {
  DATA,
  DEVICE_ENGINES,
  eventsOf,
  eventsUntil,
  SETTINGS,
  stopOf,
  typesOf,
} from './small-run.js';

const allFinite = ({ weights, bias }: Parameters) => [...weights, ...bias].every(Number.isFinite);

describe.each(DEVICE_ENGINES)('on %s', (_, open) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine.close());

  // Not the float64 reference: its range is far from used up by these.
  const huge = ({ values, ...rest }: Examples): Examples => ({
    ...rest,
    values: Float32Array.from(values, (value) => value * 1e33),
  });
  const data = {
    train: huge(DATA.train),
    validation: huge(DATA.validation),
    test: huge(DATA.test),
  };

  test.each([1e2, 1e5, 1e10, 1e20, 1e30])(
    'a learning rate of %d diverges',
    async (learningRate) => {
      for (const validationFrequency of [1, 4, undefined]) {
        const settings = { ...SETTINGS, learningRate, validationFrequency };
        const events = await eventsOf({ engine, data, settings });
        expect(typesOf(events).slice(-2)).toEqual(['divergence', 'stop']);
        expect(events.filter(({ type }) => type === 'divergence')).toHaveLength(1);
        const stop = stopOf(events);
        expect(stop.reason).toBe('diverged');
        // At the latest at the second validation or end of an epoch.
        expect(stop.state.iterations).toBeLessThanOrEqual(12);
        if (stop.state.best) expect(allFinite(stop.state.best.parameters)).toBe(true);
        for (const event of events) {
          if (event.type === 'best') expect(allFinite(event.parameters)).toBe(true);
        }
      }
    },
  );

  test('a loss that is not finite is noticed, though the parameters are', async () => {
    const options = { engine, data: DATA, settings: SETTINGS };
    const { state } = stopOf(await eventsUntil(0, options));
    state.parameters.weights.forEach((_, i, weights) => {
      // No score is out of reach of float32, and a difference of two is.
      weights[i] = i % 3 === 0 ? 0.7e38 : -0.7e38;
    });
    const events = await eventsUntil(1, { ...options, state });
    expect(typesOf(events)).toEqual(['minibatch', 'divergence', 'stop']);
    const stop = stopOf(events);
    expect(stop.reason).toBe('diverged');
    expect(allFinite(stop.state.parameters)).toBe(true);
    expect(Number.isFinite(stop.state.runningLoss.sum)).toBe(false);
  });

  test('a learning rate that is merely too large does not', async () => {
    const settings = { ...SETTINGS, learningRate: 1e4 };
    const stop = stopOf(await eventsOf({ engine, data: DATA, settings }));
    expect(stop.reason).toBe('epochs');
    expect(allFinite(stop.state.parameters)).toBe(true);
  });
});

describe('parameters that are not finite', () => {
  const { name, init, update } = sgd(SETTINGS);

  /** Plain sgd, until in that step something breaks. */
  const breaking = (step: number, value = Number.NaN): UpdateRule => {
    let steps = 0;
    return {
      name,
      init,
      update: (parameters, gradient, slots) => {
        const next = update(parameters, gradient, slots);
        steps += 1;
        if (steps === step) next.parameters.weights.fill(value);
        return next;
      },
    };
  };

  // Where everything is NaN the first class is predicted: a test of this kind is of use only if that looks like a success.
  const favorable: Examples = { ...DATA.validation, labels: new Uint8Array(26) };
  const options = () => ({
    engine: openReferenceEngine(),
    data: { ...DATA, validation: favorable, test: favorable },
    settings: SETTINGS,
  });

  test.each([Number.NaN, Infinity, -Infinity])('%d are never the best', async (value) => {
    const settings = { ...SETTINGS, validationFrequency: 1 };
    const run = { ...options(), settings };
    const good = stopOf(await eventsUntil(4, { ...run, rule: breaking(Number.NaN) })).state.best;
    expect(good?.validation.errors).toBeGreaterThan(0);
    const events = await eventsOf({ ...run, rule: breaking(5, value) });
    expect(events.slice(-4)).toMatchObject([
      { type: 'minibatch', minibatch: 5 },
      { type: 'validation', score: { errors: 0 } },
      { type: 'divergence', minibatch: 5 },
      { type: 'stop', reason: 'diverged' },
    ]);
    const { state, scores } = stopOf(events);
    expect(state.best).toEqual(good);
    expect(scores?.validation.wholeMinibatches).toEqual(good?.validation);
  });

  test('are noticed at the next validation or end of an epoch', async () => {
    const events = await eventsOf({ ...options(), rule: breaking(8) });
    expect(events.slice(-3)).toMatchObject([
      { type: 'minibatch', epoch: 2, minibatch: 6 },
      { type: 'divergence', epoch: 2, minibatch: 6 },
      { type: 'stop', reason: 'diverged', epochs: 2 },
    ]);
    expect(stopOf(events).state.parameters.weights.some(Number.isNaN)).toBe(true);
  });

  test('are never in a checkpoint', async () => {
    const events = await eventsOf({ ...options(), rule: breaking(8), checkpointEvery: 0 });
    const states = events.flatMap((event) => (event.type === 'checkpoint' ? [event.state] : []));
    expect(states).toHaveLength(8);
    expect(states.every(({ parameters }) => allFinite(parameters))).toBe(true);
    expect(events.slice(-2)).toMatchObject([
      { type: 'divergence', epoch: 2, minibatch: 2 },
      { type: 'stop', reason: 'diverged' },
    ]);
  });

  test.each([
    ['the epochs end', { epochs: 2 }, 12, Number.POSITIVE_INFINITY],
    ['patience ends', { patience: 8, patienceIncrease: 1 }, 9, Number.POSITIVE_INFINITY],
    ['the run is aborted', {}, 8, 8],
  ])('in the last step are noticed as %s', async (_, changes, step, until) => {
    const settings = { ...SETTINGS, ...changes };
    const events = await eventsUntil(until, { ...options(), settings, rule: breaking(step) });
    expect(stopOf(events).state.iterations).toBe(step);
    expect(events.slice(-2)).toMatchObject([
      { type: 'divergence', epoch: 2, minibatch: step - 6 },
      { type: 'stop', reason: 'diverged' },
    ]);
    const whole = stopOf(
      await eventsUntil(until, { ...options(), settings, rule: breaking(Number.NaN) }),
    );
    expect(whole.reason).not.toBe('diverged');
    expect(whole.state.iterations).toBe(step);
  });
});
