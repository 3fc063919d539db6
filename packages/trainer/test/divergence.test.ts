import type { Engine, Examples, Parameters } from '@softreg/backend';
import { openReferenceEngine } from '@softreg/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adam, momentum, sgd, type UpdateRule } from '../src/index.js';
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

  test.each([
    ['sgd', sgd({ learningRate: 1e30 })],
    ['momentum', momentum({ learningRate: 1e30 })],
  ])('is noticed in the step whose loss is not finite: %s', async (_, rule) => {
    // The first step leads out of range, so the second one's loss is no number; neither epoch nor validation ends there.
    const settings = { ...SETTINGS, validationFrequency: 6 };
    const events = await eventsOf({ engine, data, settings, rule });
    expect(typesOf(events).slice(-2)).toEqual(['divergence', 'stop']);
    expect(typesOf(events).length).toBeLessThanOrEqual(4);
    expect(stopOf(events).reason).toBe('diverged');
  });

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
  /** Plain sgd on the engine, until in that step something breaks. */
  const breaking = (step: number, value = Number.NaN): Engine => {
    const engine = openReferenceEngine();
    let steps = 0;
    return {
      ...engine,
      async step(...given) {
        await engine.step(...given);
        steps += 1;
        if (steps !== step) return;
        const parameters = await engine.readParameters();
        await engine.writeParameters({ ...parameters, weights: parameters.weights.fill(value) });
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
    const good = stopOf(await eventsUntil(4, run)).state.best;
    expect(good?.validation.errors).toBeGreaterThan(0);
    const events = await eventsOf({ ...run, engine: breaking(5, value) });
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
    const events = await eventsOf({ ...options(), engine: breaking(8) });
    expect(events.slice(-3)).toMatchObject([
      { type: 'minibatch', epoch: 2, minibatch: 6 },
      { type: 'divergence', epoch: 2, minibatch: 6 },
      { type: 'stop', reason: 'diverged', epochs: 2 },
    ]);
    expect(stopOf(events).state.parameters.weights.some(Number.isNaN)).toBe(true);
  });

  test('are never in a checkpoint', async () => {
    const events = await eventsOf({ ...options(), engine: breaking(8), checkpointEvery: 0 });
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
    const events = await eventsUntil(until, { ...options(), settings, engine: breaking(step) });
    expect(stopOf(events).state.iterations).toBe(step);
    expect(events.slice(-2)).toMatchObject([
      { type: 'divergence', epoch: 2, minibatch: step - 6 },
      { type: 'stop', reason: 'diverged' },
    ]);
    const whole = stopOf(await eventsUntil(until, { ...options(), settings }));
    expect(whole.reason).not.toBe('diverged');
    expect(whole.state.iterations).toBe(step);
  });
});

describe('where the rule is applied here, the step is the last in which', () => {
  const plain = momentum({ learningRate: 0.6 });
  type Update = UpdateRule['update'];
  type Given = Update extends (...given: infer All) => unknown ? All : never;

  const spoiled = (spoil: (...given: Given) => ReturnType<Update>): UpdateRule => ({
    ...plain,
    update: (parameters, gradient, slots, iteration) =>
      iteration === 7
        ? spoil(parameters, gradient, slots, iteration)
        : plain.update(parameters, gradient, slots, iteration),
  });

  test.each([
    [
      'a parameter',
      spoiled((...given) => {
        const next = plain.update(...given);
        next.parameters.bias[1] = Number.POSITIVE_INFINITY;
        return next;
      }),
    ],
    [
      'a slot',
      spoiled((...given) => ({
        ...plain.update(...given),
        slots: { velocity: new Float32Array(21).fill(Number.NaN) },
      })),
    ],
  ])('%s is not finite', async (_, rule) => {
    const engine = openReferenceEngine();
    const events = await eventsOf({ engine, data: DATA, settings: SETTINGS, rule });
    expect(events.slice(-3)).toMatchObject([
      { type: 'minibatch', epoch: 2, minibatch: 2 },
      { type: 'divergence', epoch: 2, minibatch: 2 },
      { type: 'stop', reason: 'diverged', state: { iterations: 8 } },
    ]);
    expect(stopOf(events).scores).toBeDefined();
  });

  const infinite: [string, (engine: Engine) => Engine['lossAndGradient']][] = [
    [
      'the loss',
      (engine) =>
        async (...given) => ({ ...(await engine.lossAndGradient(...given)), loss: Number.NaN }),
    ],
    [
      'the gradient',
      (engine) =>
        async (...given) => {
          const found = await engine.lossAndGradient(...given);
          found.gradient.weights[4] = Number.NEGATIVE_INFINITY;
          return found;
        },
    ],
  ];

  test.each(infinite)('%s is not finite', async (_, lossAndGradient) => {
    const reference = openReferenceEngine();
    const engine = { ...reference, lossAndGradient: lossAndGradient(reference) };
    for (const rule of [
      plain,
      adam({ learningRate: 0.1 }),
      sgd({ learningRate: 1, clipNorm: 1 }),
    ]) {
      const events = await eventsOf({ engine, data: DATA, settings: SETTINGS, rule });
      expect(typesOf(events)).toEqual(['minibatch', 'divergence', 'stop']);
    }
  });

  test("a mean square of adam's is beyond float32", async () => {
    const reference = openReferenceEngine();
    const engine: Engine = {
      ...reference,
      async lossAndGradient(...given) {
        const found = await reference.lossAndGradient(...given);
        found.gradient.bias[0] = 1e22;
        return found;
      },
    };
    const settings = { ...SETTINGS, optimizer: 'adam' } as const;
    const events = await eventsOf({ engine, data: DATA, settings });
    expect(typesOf(events)).toEqual(['minibatch', 'divergence', 'stop']);
    expect(allFinite(stopOf(events).state.parameters)).toBe(true);
  });
});
