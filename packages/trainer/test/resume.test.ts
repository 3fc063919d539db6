import type { Engine } from '@softreg/backend';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type PackedState,
  packState,
  type TrainingEvent,
  type TrainingState,
  unpackState,
} from '../src/index.js';
import { DATA, DEVICE_ENGINES, eventsOf, eventsUntil, SETTINGS, stopOf } from './small-run.js';

// The float64 reference is not here: what is read from it is rounded to float32, so a run that goes on from a state that was
// read is not, to the bit, the run that was never stopped.
describe.each(DEVICE_ENGINES)('on %s, N minibatches, saved, and M more are N + M', (_, open) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine.close());

  const plans = fc.record({
    settings: fc.record({
      shuffle: fc.boolean(),
      l2: fc.constantFrom(0, 0.02),
      seed: fc.nat(2 ** 32 - 1),
      epochs: fc.integer({ min: 1, max: 5 }),
      patience: fc.integer({ min: 4, max: 30 }),
      validationFrequency: fc.constantFrom(undefined, 1, 4, 5),
    }),
    // 6 minibatches are an epoch.
    stops: fc.array(fc.oneof(fc.constantFrom(0, 6, 12), fc.nat(9)), { minLength: 1, maxLength: 4 }),
  });

  test('to the bit, wherever it is stopped', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async ({ settings: changes, stops }) => {
        const options = { engine, data: DATA, settings: { ...SETTINGS, ...changes } };
        const straight = await eventsOf(options);
        const { events, stop } = await chained(options, stops);
        expect(events).toEqual(straight.slice(0, -1));
        expect(stop).toEqual(stopOf(straight));
      }),
      { numRuns: 60 },
    );
  });

  test('what is compared is not all the same', async () => {
    const run = async (changes: object) =>
      stopOf(await eventsOf({ engine, data: DATA, settings: { ...SETTINGS, ...changes } })).state;
    const states = [await run({}), await run({ l2: 0.02 }), await run({ shuffle: true })];
    states.push(await run({ shuffle: true, seed: 1 }));
    const sums = states.map(({ parameters }) => parameters.weights.join());
    expect(new Set(sums).size).toBe(states.length);
  });
});

describe('a state that has been packed', () => {
  test('in the middle of an epoch is the same when it is unpacked', async () => {
    const { state } = stopOf(await eventsUntil(10, await cpuRun()));
    expect(state.iterations).toBe(10);
    expect(state.runningLoss.steps).toBe(4);
    expect(state.best).toBeDefined();
    expect(unpackState(copyOf(packState(state)))).toEqual(state);
  });

  test('before the first validation has no best', async () => {
    const { state, scores } = stopOf(await eventsUntil(2, await cpuRun()));
    expect(scores).toBeUndefined();
    const packed = packState(state);
    expect(Object.keys(packed.arrays)).toEqual(['weights', 'bias']);
    expect(unpackState(copyOf(packed))).toEqual(state);
  });

  test('may have zeros in its random state', async () => {
    const { state } = stopOf(await eventsUntil(1, await cpuRun()));
    const random = [0, 7, 0, 0] as const;
    expect(unpackState(packState({ ...state, random })).random).toEqual(random);
  });

  test('has arrays with their shapes', async () => {
    const { arrays } = packState(stopOf(await eventsUntil(7, await cpuRun())).state);
    const shapes = Object.entries(arrays).map(([name, { shape }]) => [name, shape]);
    expect(Object.fromEntries(shapes)).toEqual({
      weights: [6, 3],
      bias: [3],
      best_weights: [6, 3],
      best_bias: [3],
    });
  });
});

describe.each([
  ['patience', { patience: 7, patienceIncrease: 1 }],
  ['epochs', { epochs: 2 }],
])('a run that stopped for %s', (reason, changes) => {
  test('stops at once when it is resumed, and takes no step', async () => {
    const { engine, ...rest } = await cpuRun();
    const options = { ...rest, settings: { ...SETTINGS, ...changes } };
    const stop = stopOf(await eventsOf({ ...options, engine }));
    expect(stop.reason).toBe(reason);

    let steps = 0;
    const counting = new Proxy(engine, {
      get: (target, name) => {
        if (name === 'step' || name === 'lossAndGradient') steps += 1;
        const value = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const state = unpackState(copyOf(packState(stop.state)));
    expect(await eventsOf({ ...options, engine: counting, state })).toEqual([stop]);
    expect(steps).toBe(0);
    await eventsOf({ ...options, engine: counting });
    expect(steps).toBe(stop.state.iterations);
  });
});

describe('a state that is damaged is refused, naming the part', () => {
  const change = (values: object) => (packed: PackedState) => ({
    ...packed,
    values: JSON.stringify({ ...JSON.parse(packed.values), ...values }),
  });
  const changeArrays = (arrays: object) => (packed: PackedState) =>
    ({ ...packed, arrays: { ...packed.arrays, ...arrays } }) as PackedState;
  const score = { errors: 1, count: 2 };

  const cases: [name: string, subject: string, damage: (packed: PackedState) => PackedState][] = [
    ['text that is not JSON', 'values', (packed) => ({ ...packed, values: '{' })],
    ['JSON that is no object', 'values', (packed) => ({ ...packed, values: '[]' })],
    ['no iterations', 'iterations', change({ iterations: undefined })],
    ['half an iteration', 'iterations', change({ iterations: 0.5 })],
    ['fewer iterations than none', 'iterations', change({ iterations: -1 })],
    ['no patience', 'patience', change({ patience: null })],
    [
      'a patience that no number can hold',
      'patience',
      (packed) => ({
        ...packed,
        values: packed.values.replace('"patience":1000', '"patience":1e999'),
      }),
    ],
    ['no running loss', 'running loss', change({ runningLoss: undefined })],
    [
      'a running loss that is text',
      'running loss',
      change({ runningLoss: { sum: '1', steps: 1 } }),
    ],
    ['a random state that is short', 'random', change({ random: [1, 2, 3] })],
    ['a random state of zeros', 'random', change({ random: [0, 0, 0, 0] })],
    ['a random state beyond 32 bits', 'random', change({ random: [1, 2, 3, 2 ** 32] })],
    ['a random state of text', 'random', change({ random: ['1', 2, 3, 4] })],
    ['no history', 'history', change({ history: {} })],
    ['a history of numbers', 'history', change({ history: [1] })],
    [
      'a history without places',
      'epoch',
      change({ history: [{ minibatch: 1, validation: score }] }),
    ],
    ['a history without scores', 'score', change({ history: [{ epoch: 1, minibatch: 1 }] })],
    ['a best that is no object', 'best', change({ best: 7 })],
    [
      'a best without a test score',
      'score',
      change({ best: { epoch: 1, minibatch: 1, validation: score } }),
    ],
    ['no weights', 'weights and bias', changeArrays({ weights: undefined })],
    [
      'flat weights',
      'weights and bias',
      changeArrays({ weights: { shape: [18], data: new Float32Array(18) } }),
    ],
    [
      'fewer weights than their shape says',
      'weights and bias',
      changeArrays({ weights: { shape: [6, 3], data: new Float32Array(17) } }),
    ],
    [
      'best weights of another model',
      'best_weights',
      changeArrays({
        best_weights: { shape: [5, 3], data: new Float32Array(15) },
        best_bias: { shape: [3], data: new Float32Array(3) },
      }),
    ],
    [
      'weights of three dimensions',
      'weights and bias',
      changeArrays({ weights: { shape: [6, 3, 1], data: new Float32Array(18) } }),
    ],
    [
      'a bias of another size',
      'weights and bias',
      changeArrays({ bias: { shape: [4], data: new Float32Array(4) } }),
    ],
    ['no best weights', 'best_weights and best_bias', changeArrays({ best_weights: undefined })],
  ];

  test.each(cases)('%s', async (_, subject, damage) => {
    const packed = packState(stopOf(await eventsUntil(7, await cpuRun())).state);
    expect(() => unpackState(packed)).not.toThrow();
    expect(() => unpackState(damage(packed))).toThrow(
      expect.objectContaining({
        name: 'TrainingError',
        code: 'TRAINING_INVALID_STATE',
        subject: `state, ${subject}`,
      }),
    );
  });
});

async function cpuRun() {
  const [[, open]] = DEVICE_ENGINES.slice(-1) as [(typeof DEVICE_ENGINES)[number]];
  return { engine: await open(), data: DATA, settings: SETTINGS };
}

/** Runs to the end in pieces: each is stopped after so many minibatches, and the next goes on from a copy of what was packed. */
async function chained(
  options: Parameters<typeof eventsOf>[0],
  stops: readonly number[],
): Promise<{ events: TrainingEvent[]; stop: ReturnType<typeof stopOf> }> {
  const events: TrainingEvent[] = [];
  let state: TrainingState | undefined;
  for (const minibatches of [...stops, Number.POSITIVE_INFINITY]) {
    const piece = await eventsUntil(minibatches, { ...options, state });
    events.push(...piece.slice(0, -1));
    const stop = stopOf(piece);
    if (minibatches === Number.POSITIVE_INFINITY) return { events, stop };
    state = unpackState(copyOf(packState(stop.state)));
  }
  throw new Error('unreachable');
}

/** Through bytes and text, as a file would keep it. */
function copyOf({ arrays, values }: PackedState): PackedState {
  const copied = Object.entries(arrays).map(([name, { shape, data }]) => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
    return [name, { shape: [...shape], data: new Float32Array(bytes.buffer) }];
  });
  return { arrays: Object.fromEntries(copied), values: JSON.parse(JSON.stringify(values)) };
}
