import { type Engine, type Parameters, zeroParameters } from '@softreg/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packState, type RuleOptions, sgd, type UpdateRule, unpackState } from '../src/index.js';
import { momentum } from './momentum.js';
import { DATA, ENGINES, eventsOf, eventsUntil, SETTINGS, stopOf } from './small-run.js';

const parametersOf = (weights: number[], bias: number[]): Parameters => ({
  features: 2,
  classes: 2,
  weights: Float32Array.from(weights),
  bias: Float32Array.from(bias),
});

describe('sgd', () => {
  const parameters = parametersOf([1, -2, 0.5, 0], [4, -4]);
  const gradient = parametersOf([0.5, 0.25, -1, 2], [1, -2]);

  test('goes against the gradient, by the learning rate', () => {
    const { parameters: next } = sgd({ learningRate: 0.5 }).update(parameters, gradient, {}, 0);
    expect(next).toEqual(parametersOf([0.75, -2.125, 1, -1], [3.5, -3]));
  });

  test('pulls weights to zero by the penalty, and no bias', () => {
    const rule = sgd({ learningRate: 0.5, l2: 0.25 });
    // 1 - 0.5 * (0.5 + 0.25 * 1) = 0.625, and so on.
    expect(rule.update(parameters, gradient, {}, 0).parameters).toEqual(
      parametersOf([0.625, -1.875, 0.9375, -1], [3.5, -3]),
    );
  });

  test('is pure, and remembers nothing', () => {
    const rule = sgd({ learningRate: 0.5, l2: 0.25 });
    const before = [structuredClone(parameters), structuredClone(gradient)];
    const { slots } = rule.update(parameters, gradient, rule.init(parameters), 0);
    expect([parameters, gradient]).toEqual(before);
    expect(slots).toEqual({});
  });

  test('tells the engine the same numbers', () => {
    const step = (options: RuleOptions) => sgd(options).engineStep?.(2);
    expect(step({ learningRate: 0.5, l2: 0.25 })).toEqual({ learningRate: 0.5, l2: 0.25 });
    expect(step({ learningRate: 0.5 })).toEqual({ learningRate: 0.5, l2: 0 });
    expect(step({ learningRate: (t) => 8 / t })).toEqual({ learningRate: 4, l2: 0 });
  });
});

describe.each(ENGINES)('on %s', (_, open) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine.close());

  test.each([0, 0.05])('sgd applied here is sgd applied by the engine, l2 %d', async (l2) => {
    const settings = { ...SETTINGS, epochs: 2, l2 };
    const onEngine = await eventsOf({ engine, data: DATA, settings });
    const { name: ruleName, init, update } = sgd(settings);
    const rule: UpdateRule = { name: ruleName, init, update };
    const here = await eventsOf({ engine, data: DATA, settings, rule });

    expect(distance(stopOf(here).state.parameters, stopOf(onEngine).state.parameters)).toBeLessThan(
      1e-6,
    );
    expect(distance(stopOf(here).state.parameters, zeroParameters(6, 3))).toBeGreaterThan(0.1);
    expect(stopOf(here).state.history).toEqual(stopOf(onEngine).state.history);
    const losses = [here, onEngine].map((events) =>
      events.flatMap((event) => (event.type === 'epoch' ? [event.meanLoss] : [])),
    );
    expect(losses[0]).toHaveLength(2);
    losses[0]?.forEach((loss, i) => {
      expect(Math.abs(loss - (losses[1]?.[i] as number))).toBeLessThan(1e-6);
    });
  });

  test('the running loss in the middle of an epoch is the same, too', async () => {
    const { name: ruleName, init, update } = sgd(SETTINGS);
    const rule: UpdateRule = { name: ruleName, init, update };
    const loss = async (changes: object) =>
      stopOf(await eventsUntil(9, { engine, data: DATA, settings: SETTINGS, ...changes })).state
        .runningLoss;
    const [here, onEngine] = [await loss({ rule }), await loss({})];
    expect(here.steps).toBe(3);
    expect(onEngine.steps).toBe(3);
    expect(Math.abs(here.sum - onEngine.sum)).toBeLessThan(1e-6);
  });

  test('a rule that remembers goes on where it was', async () => {
    const options = { engine, data: DATA, settings: SETTINGS, rule: momentum };
    const straight = stopOf(await eventsOf(options));
    const half = stopOf(await eventsUntil(8, options));
    const velocity = half.state.slots.velocity ?? [];
    expect(velocity).toHaveLength(21);
    expect(velocity.some((value) => value !== 0)).toBe(true);

    const state = unpackState(packState(half.state));
    expect(state.slots).toEqual(half.state.slots);
    // To the bit on the reference, too: this rule is applied to what is read, not to what the engine computes with.
    expect(stopOf(await eventsOf({ ...options, state }))).toEqual(straight);

    const forgetful = { ...state, slots: momentum.init(state.parameters) };
    expect(stopOf(await eventsOf({ ...options, state: forgetful }))).not.toEqual(straight);
  });
});

function distance(a: Parameters, b: Parameters): number {
  const other = [...b.weights, ...b.bias];
  return Math.max(
    ...[...a.weights, ...a.bias].map((value, i) => Math.abs(value - (other[i] as number))),
  );
}
