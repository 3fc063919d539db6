import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AdamStep,
  BackendError,
  type DeviceRules,
  type Engine,
  type Examples,
  type MomentumStep,
  openReferenceEngine,
  type Parameters,
  zeroParameters,
} from '../src/index.js';
import { digits, problems } from './problems.js';

const RULES: [name: string, update: MomentumStep | AdamStep, slots: number][] = [
  ['momentum', { rule: 'momentum', learningRate: 0.4, momentum: 0.8 }, 1],
  ['momentum with a penalty', { rule: 'momentum', learningRate: 0.4, momentum: 0.9, l2: 0.2 }, 1],
  ['Nesterov', { rule: 'momentum', learningRate: 0.4, momentum: 0.8, nesterov: true, l2: 0.1 }, 1],
  [
    'Adam',
    { rule: 'adam', learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-3, iteration: 0 },
    2,
  ],
  [
    'Adam with a penalty',
    {
      rule: 'adam',
      learningRate: 0.1,
      beta1: 0.5,
      beta2: 0.8,
      epsilon: 1e-2,
      iteration: 0,
      l2: 0.3,
    },
    2,
  ],
];

/** What every engine with rules must do. */
export function describeRules(name: string, open: () => Promise<Engine>): void {
  describe(`rules of engine ${name}`, { timeout: 120_000 }, () => {
    let engine: Engine;
    let rules: DeviceRules;
    beforeAll(async () => {
      engine = await open();
      rules = engine.rules as DeviceRules;
    });
    afterAll(() => engine.close());

    const numbers = ({ weights, bias }: Parameters) => [...weights, ...bias];

    test.each(RULES)('%s moves as it is written', async (_, update, slotCount) => {
      await fc.assert(
        fc.asyncProperty(problems, fc.integer({ min: 1, max: 5 }), async (problem, steps) => {
          const { examples, parameters } = problem;
          const expected = await written(examples, parameters, update, slotCount, steps);
          const split = await engine.load(examples);
          await engine.writeParameters(parameters);
          await engine.writeRunningLoss({ sum: 0, steps: 0 });
          await rules.writeSlots(expected.slots.map((slot) => new Float32Array(slot.length)));
          const rows = { start: 0, end: examples.count };
          for (let iteration = 0; iteration < steps; iteration++) {
            await rules.step(split, rows, { ...update, iteration } as AdamStep);
          }
          split.close();
          expectNear(numbers(await engine.readParameters()), expected.theta);
          const slots = await rules.readSlots();
          expect(slots).toHaveLength(slotCount);
          for (const [i, slot] of slots.entries()) expectNear(slot, expected.slots[i] as number[]);
          const running = await engine.readRunningLoss();
          expect(running.steps).toBe(steps);
          expectNear([running.sum], [expected.lossSum]);
        }),
        { numRuns: 40 },
      );
    });

    test.each(RULES)('%s: 5 steps are 2, read, write, 3, to the bit', async (_, update, count) => {
      const split = await engine.load(digits(50), { minibatch: 10 });
      const steps = async (from: number, to: number) => {
        for (let iteration = from; iteration < to; iteration++) {
          const rows = { start: 10 * iteration, end: 10 * iteration + 10 };
          await rules.step(split, rows, { ...update, iteration } as AdamStep);
        }
      };
      const now = async () => [await engine.readParameters(), await rules.readSlots()] as const;
      await engine.writeParameters(zeroParameters(49, 10));
      await rules.writeSlots(Array.from({ length: count }, () => new Float32Array(500)));
      await steps(0, 2);
      const saved = await now();
      await steps(2, 5);
      const straight = await now();
      await engine.writeParameters(saved[0]);
      await rules.writeSlots(saved[1]);
      expect(await now()).toEqual(saved);
      await steps(2, 5);
      expect(await now()).toEqual(straight);
      expect(straight[1]).not.toEqual(saved[1]);
      split.close();
    });

    test('a loss that is not finite is known at once', async () => {
      const split = await engine.load(digits(10));
      const rows = { start: 0, end: 10 };
      const [[, momentum]] = RULES as [(typeof RULES)[number]];
      await engine.writeParameters(zeroParameters(49, 10));
      await engine.writeRunningLoss({ sum: 0, steps: 0 });
      await rules.writeSlots([new Float32Array(500)]);
      expect(await rules.step(split, rows, momentum)).toBeCloseTo(Math.log(10), 5);
      await rules.writeSlots([new Float32Array(500).fill(Number.NaN)]);
      await rules.step(split, rows, momentum);
      expect(await rules.step(split, rows, momentum)).toBeNaN();
      expect((await engine.readRunningLoss()).sum).toBeNaN();
      await engine.writeRunningLoss({ sum: 0, steps: 0 });
      split.close();
    });

    test('what cannot be done is refused', async () => {
      const own = await open();
      const ownRules = own.rules as DeviceRules;
      const split = await own.load(digits(10));
      const rows = { start: 0, end: 10 };
      const [[, momentum], , , [, adam]] = RULES as [Rule, Rule, Rule, Rule];
      const refused = (work: () => unknown, code: string, message: RegExp) =>
        expect(async () => work()).rejects.toSatisfy(
          (error) =>
            BackendError.isInstance(error) && error.code === code && message.test(error.message),
        );
      await refused(() => ownRules.writeSlots([]), 'BACKEND_NOT_READY', /no parameters/);
      await refused(() => ownRules.readSlots(), 'BACKEND_NOT_READY', /no parameters/);
      await own.writeParameters(zeroParameters(49, 10));
      const unwritten = /expected 1 for momentum, found 0/;
      await refused(() => ownRules.step(split, rows, momentum), 'BACKEND_NOT_READY', unwritten);
      const short = [new Float32Array(500), new Float32Array(499)];
      const length = /slot 1: expected 500 numbers .*found 499/;
      await refused(() => ownRules.writeSlots(short), 'BACKEND_INVALID_ARGUMENT', length);
      await ownRules.writeSlots([new Float32Array(500)]);
      const tooFew = /expected 2 for adam, found 1/;
      await refused(() => ownRules.step(split, rows, adam), 'BACKEND_NOT_READY', tooFew);
      // Slots of parameters of another shape are gone with them.
      await own.writeParameters(zeroParameters(3, 2));
      expect(await ownRules.readSlots()).toEqual([]);
      await own.writeParameters(zeroParameters(49, 10));
      await refused(() => ownRules.step(split, rows, momentum), 'BACKEND_NOT_READY', unwritten);
      own.close();
    });
  });
}

type Rule = (typeof RULES)[number];

/** The rules in float64, from their definitions in the papers, on gradients of the reference engine. */
async function written(
  examples: Examples,
  parameters: Parameters,
  update: MomentumStep | AdamStep,
  slotCount: number,
  steps: number,
) {
  const reference = openReferenceEngine();
  const split = await reference.load(examples);
  const penalized = parameters.weights.length;
  const theta = [...parameters.weights, ...parameters.bias];
  const slots = Array.from({ length: slotCount }, () => theta.map(() => 0));
  let lossSum = 0;
  for (let t = 1; t <= steps; t++) {
    await reference.writeParameters({
      ...parameters,
      weights: Float32Array.from(theta.slice(0, penalized)),
      bias: Float32Array.from(theta.slice(penalized)),
    });
    const { loss, gradient } = await reference.lossAndGradient(split, {
      start: 0,
      end: examples.count,
    });
    lossSum += loss;
    [...gradient.weights, ...gradient.bias].forEach((slope, i) => {
      const g = slope + (i < penalized ? (update.l2 ?? 0) * (theta[i] as number) : 0);
      theta[i] = (theta[i] as number) + moveOf(g, i, t, update, slots);
    });
  }
  return { theta, slots, lossSum };
}

function moveOf(
  g: number,
  i: number,
  t: number,
  update: MomentumStep | AdamStep,
  slots: number[][],
): number {
  const [first, second] = slots as [number[], number[]];
  if (update.rule === 'momentum') {
    const push = -update.learningRate * g;
    const velocity = update.momentum * (first[i] as number) + push;
    first[i] = velocity;
    return update.nesterov ? update.momentum * velocity + push : velocity;
  }
  const { beta1, beta2, epsilon, learningRate } = update;
  const mean = beta1 * (first[i] as number) + (1 - beta1) * g;
  const square = beta2 * (second[i] as number) + (1 - beta2) * g * g;
  first[i] = mean;
  second[i] = square;
  const unbiased = Math.sqrt(square / (1 - beta2 ** t));
  return (-learningRate * (mean / (1 - beta1 ** t))) / (unbiased + epsilon);
}

function expectNear(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [value, wanted] = [found[i] as number, expected[i] as number];
    const error = Math.abs(value - wanted) / Math.max(1, Math.abs(wanted));
    if (!(error <= 2e-5)) expect.fail(`[${i}]: expected ${wanted}, found ${value}`);
  }
}
