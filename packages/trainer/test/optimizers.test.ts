import { type Engine, openEngine, openReferenceEngine, type Parameters } from '@softreg/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adam, momentum, nesterov, type RuleOptions, type RunSettings, sgd } from '../src/index.js';
import { losable } from './losable-engine.js';
import { farthest, model64, thetaOf } from './model64.js';
import { DATA, ENGINES, eventsUntil, MINIBATCHES, SETTINGS, stopOf } from './small-run.js';

const STEPS = 20;
const RATE = 0.3;

/** A rule in float64, from its paper: takes a gradient at its parameters, and moves them. */
interface Written {
  readonly theta: number[];
  /** Where the gradient is taken. */
  place(): number[];
  step(gradient: readonly number[], t: number, rate: number): void;
}

const zeros = () => new Array<number>(21).fill(0);
const by = (a: number[], move: (i: number) => number) =>
  a.forEach((value, i) => {
    a[i] = value + move(i);
  });

function writtenSgd(): Written {
  const theta = zeros();
  const at = (list: readonly number[], i: number) => list[i] as number;
  return { theta, place: () => theta, step: (g, _, rate) => by(theta, (i) => -rate * at(g, i)) };
}

/** Sutskever et al. 2013, equations 1 to 4. Nesterov's gradient is taken ahead, as it is written there. */
function writtenMomentum(mu: number, isNesterov: boolean): Written {
  const [theta, v] = [zeros(), zeros()];
  return {
    theta,
    place: () =>
      isNesterov ? theta.map((value, i) => value + mu * (v[i] as number)) : theta.slice(),
    step(g, _, rate) {
      v.forEach((value, i) => {
        v[i] = mu * value - rate * (g[i] as number);
      });
      by(theta, (i) => v[i] as number);
    },
  };
}

/** Kingma and Ba 2015, algorithm 1, line by line. */
function writtenAdam(beta1: number, beta2: number, epsilon: number): Written {
  const [theta, m, v] = [zeros(), zeros(), zeros()];
  return {
    theta,
    place: () => theta,
    step(g, t, alpha) {
      g.forEach((slope, i) => {
        m[i] = beta1 * (m[i] as number) + (1 - beta1) * slope;
        v[i] = beta2 * (v[i] as number) + (1 - beta2) * slope * slope;
      });
      by(theta, (i) => {
        const mHat = (m[i] as number) / (1 - beta1 ** t);
        const vHat = (v[i] as number) / (1 - beta2 ** t);
        return (-alpha * mHat) / (Math.sqrt(vHat) + epsilon);
      });
    },
  };
}

const RULES: [optimizer: RunSettings['optimizer'], settings: object, written: () => Written][] = [
  ['sgd', {}, writtenSgd],
  ['momentum', {}, () => writtenMomentum(0.9, false)],
  ['momentum', { momentum: 0.5 }, () => writtenMomentum(0.5, false)],
  ['nesterov', {}, () => writtenMomentum(0.9, true)],
  ['nesterov', { momentum: 0.6 }, () => writtenMomentum(0.6, true)],
  ['adam', {}, () => writtenAdam(0.9, 0.999, 1e-8)],
  ['adam', { epsilon: 0.01 }, () => writtenAdam(0.9, 0.999, 0.01)],
  ['adam', { beta1: 0.7, beta2: 0.9, epsilon: 0.01 }, () => writtenAdam(0.7, 0.9, 0.01)],
];

const WITH: [settings: Partial<RunSettings>, change: Change][] = [
  [{}, {}],
  [{ l2: 0.1 }, { l2: 0.1, penalized: 18 }],
  [
    { l2: 0.1, penalizeBias: true },
    { l2: 0.1, penalized: 21 },
  ],
  [
    { clipNorm: 0.1, l2: 0.1 },
    { clip: 0.1, l2: 0.1, penalized: 18 },
  ],
  [{ clipNorm: 1e6 }, {}],
  [{ schedule: 'inverse', decayIterations: 8 }, { rate: (t) => RATE / (1 + t / 8) }],
];

interface Change {
  readonly l2?: number;
  /** So many of the numbers, from the first on. */
  readonly penalized?: number;
  readonly clip?: number;
  readonly rate?: (t: number) => number;
}

const cases = RULES.flatMap(([optimizer, own, written]) =>
  WITH.map(([others, change]) => ({ settings: { optimizer, ...own, ...others }, written, change })),
);

const AFTER = `after ${STEPS} steps parameters are those of the rule as its paper has it, in float64`;

describe.each(ENGINES)(`on %s ${AFTER}`, (name, open) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine.close());

  // Adam's first move is as large for a gradient of nothing but rounding, unless epsilon is larger than that.
  const isTold = ({ settings }: (typeof cases)[number]) =>
    name === 'reference' || settings.optimizer !== 'adam' || 'epsilon' in settings;

  test.each(cases.filter(isTold))('$settings', async ({ settings, written, change }) => {
    const reached = stopOf(
      await eventsUntil(STEPS, {
        engine,
        data: DATA,
        settings: { ...SETTINGS, learningRate: RATE, epochs: 10, ...settings },
      }),
    );
    const rule = written();
    for (let t = 0; t < STEPS; t++) {
      const place = rule.place();
      const start = (t % MINIBATCHES) * SETTINGS.batchSize;
      const { gradient } = model64(place, DATA.train, start, start + SETTINGS.batchSize);
      rule.step(changed(gradient, place, change), t + 1, change.rate?.(t) ?? RATE);
    }
    const found = thetaOf(reached.state.parameters);
    // What a run holds of Nesterov's is where its next gradient is taken.
    expect(farthest(found, rule.place())).toBeLessThan(5e-6);
    expect(Math.max(...found)).toBeGreaterThan(0.05);
  });
});

function changed(gradient: readonly number[], place: readonly number[], change: Change): number[] {
  const { l2 = 0, penalized = 0, clip = Number.POSITIVE_INFINITY } = change;
  const slopes = gradient.map((g, i) => (i < penalized ? g + l2 * (place[i] as number) : g));
  const norm = Math.sqrt(slopes.reduce((sum, g) => sum + g ** 2, 0));
  return norm > clip ? slopes.map((g) => (g * clip) / norm) : slopes;
}

describe('in closed form', () => {
  const parametersOf = (theta: number[]): Parameters => ({
    features: 2,
    classes: 2,
    weights: Float32Array.from(theta.slice(0, 4)),
    bias: Float32Array.from(theta.slice(4)),
  });
  const parameters = parametersOf([1, -2, 0.5, 0, 4, -4]);
  const gradient = parametersOf([0.5, 0.25, -1, 2, 1, -2]);
  const norm = Math.sqrt(0.25 + 0.0625 + 1 + 4 + 1 + 4);

  const oneStep = (make: (options: RuleOptions) => ReturnType<typeof sgd>, options: RuleOptions) =>
    make(options).update(parameters, gradient, make(options).init(parameters), 0);

  test.each([momentum, nesterov])('momentum 0 is sgd: %o', async (rule) => {
    const options = { engine: openReferenceEngine(), data: DATA, settings: SETTINGS };
    const none = rule({ learningRate: 0.6, momentum: 0 });
    const [found, plain] = [
      stopOf(await eventsUntil(15, { ...options, rule: none })).state.parameters,
      stopOf(await eventsUntil(15, options)).state.parameters,
    ];
    expect(farthest(thetaOf(found), thetaOf(plain))).toBeLessThan(1e-6);
  });

  test("adam's first step is the learning rate, against the gradient, whatever its size", () => {
    const { parameters: next } = oneStep(adam, { learningRate: 0.125 });
    const expected = [0.875, -2.125, 0.625, -0.125, 3.875, -3.875];
    expect(farthest(thetaOf(next), expected)).toBeLessThan(1e-6);
  });

  test.each([sgd, momentum, nesterov, adam])(
    'a clip norm that is not reached changes no bit: %o',
    (rule) => {
      const clipped = oneStep(rule, { learningRate: 0.3, clipNorm: norm * (1 + 1e-12) });
      expect(clipped).toEqual(oneStep(rule, { learningRate: 0.3 }));
    },
  );

  test('a step of a clipped gradient has the clip norm, and its direction', () => {
    const { parameters: next } = oneStep(sgd, { learningRate: 1, clipNorm: norm / 4 });
    const expected = thetaOf(parameters).map((p, i) => p - (thetaOf(gradient)[i] as number) / 4);
    expect(farthest(thetaOf(next), expected)).toBeLessThan(1e-6);
  });

  test.each([momentum, nesterov, adam])('a rule is pure: %o', (rule) => {
    const made = rule({ learningRate: 0.3, l2: 0.1, clipNorm: 0.5 });
    const slots = made.update(parameters, gradient, made.init(parameters), 0).slots;
    const before = structuredClone([parameters, gradient, slots]);
    const next = made.update(parameters, gradient, slots, 1);
    expect([parameters, gradient, slots]).toEqual(before);
    expect(next.slots).not.toEqual(slots);
    expect(made.update(parameters, gradient, slots, 1)).toEqual(next);
  });
});

describe('the engine takes the steps itself', () => {
  const calls = async (settings: Partial<RunSettings>, open: () => Promise<Engine>) => {
    const engine = await open();
    const counted = losable(engine);
    await eventsUntil(7, { engine: counted, data: DATA, settings: { ...SETTINGS, ...settings } });
    engine.close();
    const names = ['step', 'rules.step', 'lossAndGradient'] as const;
    return names.map((name) => counted.calls.filter((call) => call === name).length);
  };
  const reference = async () => openReferenceEngine();
  const simd = () => openEngine('simd');

  test.each<Partial<RunSettings>>([
    {},
    { l2: 0.1 },
    { penalizeBias: true },
    { schedule: 'step', decayIterations: 2 },
    { schedule: 'cosine', decayIterations: 4 },
    { schedule: 'inverse', decayIterations: 1 },
  ])('of plain sgd: %o', async (settings) => {
    for (const open of [reference, simd]) expect(await calls(settings, open)).toEqual([7, 0, 0]);
  });

  test.each<Partial<RunSettings>>([
    { optimizer: 'momentum', l2: 0.1 },
    { optimizer: 'nesterov', schedule: 'inverse', decayIterations: 1 },
    { optimizer: 'adam', penalizeBias: true },
  ])('of a rule with slots, where it has rules: %o', async (settings) => {
    expect(await calls(settings, simd)).toEqual([0, 7, 0]);
    expect(await calls(settings, reference)).toEqual([0, 0, 7]);
  });

  test.each<Partial<RunSettings>>([
    { clipNorm: 1 },
    { l2: 0.1, penalizeBias: true },
    { optimizer: 'momentum', clipNorm: 1 },
    { optimizer: 'adam', l2: 0.1, penalizeBias: true },
  ])('and of no other: %o', async (settings) => {
    for (const open of [reference, simd]) expect(await calls(settings, open)).toEqual([0, 0, 7]);
  });
});
