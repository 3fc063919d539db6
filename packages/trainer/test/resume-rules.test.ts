import type { Engine } from '@softreg/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packState, type RunSettings, type TrainingState, unpackState } from '../src/index.js';
import { DATA, DEVICE_ENGINES, EVENTFUL, eventsOf, statesOf, stopOf } from './small-run.js';

const CASES: Partial<RunSettings>[] = [
  { schedule: 'cosine', decayIterations: 20, finalLearningRate: 0.01 },
  { schedule: 'step', decayIterations: 5, decayFactor: 0.5 },
  { clipNorm: 0.2, l2: 0.1, penalizeBias: true },
  { optimizer: 'momentum', schedule: 'inverse', decayIterations: 7 },
  { optimizer: 'nesterov', momentum: 0.8, l2: 0.02 },
  { optimizer: 'adam', learningRate: 0.05, clipNorm: 0.3 },
  { optimizer: 'adam', stopping: 'validations', staleValidations: 2, minDelta: 0.05 },
];

const saved = (state: TrainingState) => {
  const { arrays, values } = packState(state);
  return unpackState({ arrays: structuredClone(arrays), values });
};

describe.each(DEVICE_ENGINES)('on %s a run goes on to the bit from any minibatch', (_, open) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine.close());

  test.each(CASES)('%o', async (changes) => {
    const options = { engine, data: DATA, settings: { ...EVENTFUL, ...changes } };
    const states = await statesOf(options);
    const { events, stop } = { events: await eventsOf(options), stop: states.at(-1) };
    expect(states.length).toBeGreaterThan(8);
    for (const state of states) {
      const rest = await eventsOf({ ...options, state: saved(state) });
      expect(stopOf(rest).state).toEqual(stop);
      expect(rest).toEqual(events.slice(events.length - rest.length));
    }
  });

  test('and every setting of those makes another run', async () => {
    const runs = [{}, ...CASES].map(async (changes) => {
      const own = await open();
      const settings = { ...EVENTFUL, ...changes };
      const stop = stopOf(await eventsOf({ engine: own, data: DATA, settings }));
      own.close();
      return stop.state.parameters.weights.join();
    });
    expect(new Set(await Promise.all(runs)).size).toBe(CASES.length + 1);
  });
});

test('slots are packed by their names, and refused where they are damaged', async () => {
  const [, open] = DEVICE_ENGINES.at(-1) as (typeof DEVICE_ENGINES)[number];
  const settings = { ...EVENTFUL, epochs: 1, optimizer: 'adam' } as const;
  const { state } = stopOf(await eventsOf({ engine: await open(), data: DATA, settings }));
  const packed = packState(state);
  expect(packed.arrays['slots.mean']?.shape).toEqual([21]);
  expect(packed.arrays['slots.square']?.data).toEqual(state.slots.square);
  expect(state.slots.square?.every((value) => value > 0)).toBe(true);
  for (const shape of [[20], [3, 7], []]) {
    const damaged = { shape, data: new Float32Array(21) };
    const arrays = { ...packed.arrays, 'slots.mean': damaged };
    expect(() => unpackState({ ...packed, arrays })).toThrow(
      expect.objectContaining({
        code: 'TRAINING_INVALID_STATE',
        subject: 'state, slots.mean',
      }),
    );
  }
});
