import type { Engine, Examples } from '@softreg/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENGINES, eventsOf, noisyExamples, SETTINGS, stopOf, typesOf } from './small-run.js';

describe.each(ENGINES)('degenerate data on %s', (_, open) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine.close());

  const one: Examples = {
    values: Uint8Array.of(0, 128, 255),
    scale: 256,
    labels: Uint8Array.of(1),
    count: 1,
    features: 3,
    classes: 2,
  };

  test('one image in each set is learned', async () => {
    const settings = { ...SETTINGS, batchSize: 1, epochs: 3 };
    const data = { train: one, validation: one, test: one };
    const events = await eventsOf({ engine, data, settings });
    expect(typesOf(events)).toEqual([
      ...['minibatch', 'validation', 'best', 'test', 'epoch'],
      ...['minibatch', 'validation', 'epoch'],
      ...['minibatch', 'validation', 'epoch'],
      'stop',
    ]);
    const stop = stopOf(events);
    expect(stop.scores?.test.full).toEqual({ errors: 0, count: 1 });
    const [first, , last] = events.flatMap((event) =>
      event.type === 'epoch' ? [event.meanLoss] : [],
    );
    expect(first).toBeCloseTo(Math.log(2), 6);
    expect(last).toBeLessThan(0.5);
  });

  test('images that are all of one class', async () => {
    const only = (count: number, seed: number): Examples => ({
      ...noisyExamples(count, seed),
      labels: new Uint8Array(count).fill(2),
    });
    const data = { train: only(12, 1), validation: only(6, 2), test: only(6, 3) };
    const stop = stopOf(await eventsOf({ engine, data, settings: SETTINGS }));
    expect(stop.reason).toBe('epochs');
    expect(stop.scores?.validation.full).toEqual({ errors: 0, count: 6 });
    const { weights, bias } = stop.state.parameters;
    expect([...weights, ...bias].every(Number.isFinite)).toBe(true);
    expect(bias[2]).toBeGreaterThan(bias[0] as number);
  });

  test('a model of one class has nothing to learn and makes no error', async () => {
    const single: Examples = { ...one, labels: Uint8Array.of(0), classes: 1 };
    const data = { train: single, validation: single, test: single };
    const events = await eventsOf({ engine, data, settings: { ...SETTINGS, batchSize: 1 } });
    expect(stopOf(events).scores?.test.full).toEqual({ errors: 0, count: 1 });
    expect(stopOf(events).state.parameters.bias).toEqual(Float32Array.of(0));
    const { parameters } = stopOf(events).state;
    expect(events).toContainEqual({ type: 'epoch', epoch: 4, meanLoss: 0, parameters });
  });

  test.each([false, true])('a batch that is the whole set, shuffled %s', async (shuffle) => {
    const all = noisyExamples(9, 5);
    const settings = { ...SETTINGS, batchSize: 9, epochs: 5, shuffle };
    const events = await eventsOf({
      engine,
      data: { train: all, validation: all, test: all },
      settings,
    });
    const losses = events.flatMap((event) => (event.type === 'epoch' ? [event.meanLoss] : []));
    expect(losses).toHaveLength(5);
    expect(losses[0]).toBeCloseTo(Math.log(3), 6);
    expect(losses).toEqual([...losses].sort((a, b) => b - a));
    expect(new Set(losses).size).toBe(5);
    expect(stopOf(events).state.iterations).toBe(5);
  });

  test('pixels that are all black: the bias alone learns', async () => {
    const black = { ...noisyExamples(12, 4), values: new Uint8Array(12 * 6) };
    const data = { train: black, validation: black, test: black };
    const { state } = stopOf(await eventsOf({ engine, data, settings: SETTINGS }));
    expect(state.parameters.weights).toEqual(new Float32Array(18));
    expect(state.parameters.bias.some((value) => value !== 0)).toBe(true);
  });
});
