import { type BackendName, type Engine, type Examples, openEngine } from '@softreg/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DATA, eventsOf, eventsUntil, SETTINGS, stopOf, typesOf } from './small-run.js';

/** Far beyond float32 after some steps, each time at another one. */
const RATES = [1e2, 1e5, 1e10, 1e20, 1e30];

const huge = ({ values, ...rest }: Examples): Examples => ({
  ...rest,
  values: Float32Array.from(values, (value) => value * 1e33),
});
const data = {
  train: huge(DATA.train),
  validation: huge(DATA.validation),
  test: huge(DATA.test),
};

describe.each(['webgl', 'webgpu'] as const satisfies BackendName[])('on %s', (backend) => {
  let engine: Engine;
  let processor: Engine;
  beforeAll(async () => {
    [engine, processor] = [await openEngine(backend), await openEngine('cpu')];
  });
  afterAll(() => {
    engine.close();
    processor.close();
  });

  test.each(RATES)(
    'a learning rate of %d ends in the step in which it does on the processor',
    async (learningRate) => {
      const settings = { ...SETTINGS, learningRate, validationFrequency: 6 };
      const found = await eventsOf({ engine, data, settings });
      const expected = await eventsOf({ engine: processor, data, settings });
      expect(typesOf(found).slice(-2)).toEqual(['divergence', 'stop']);
      const [stop, stopThere] = [stopOf(found), stopOf(expected)];
      expect(stop.reason).toBe('diverged');
      expect(stop.state.iterations).toBe(stopThere.state.iterations);
      expect(found.at(-2)).toEqual(expected.at(-2));
    },
  );

  test('its parameters stay as they were after the step whose loss was not finite', async () => {
    const options = { engine, data: DATA, settings: SETTINGS };
    const { state } = stopOf(await eventsUntil(2, options));
    // No score is out of reach of float32, and a difference of two is.
    state.parameters.weights.forEach((_, i, weights) => {
      weights[i] = i % 3 === 0 ? 0.7e38 : -0.7e38;
    });
    const stop = stopOf(await eventsOf({ ...options, state }));
    expect(stop.reason).toBe('diverged');
    expect(stop.state.iterations).toBe(3);
    expect(Number.isFinite(stop.state.runningLoss.sum)).toBe(false);
    const there = stopOf(await eventsOf({ ...options, engine: processor, state }));
    expect(stop.state.parameters.weights).toEqual(there.state.parameters.weights);
  });
});
