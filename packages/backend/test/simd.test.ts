import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  type Engine,
  openEngine,
  openReferenceEngine,
  probeBackends,
  zeroParameters,
} from '../src/index.js';
import { describeEngine } from './engine-suite.js';
import { type LargeProblem, largeProblems } from './large-problems.js';
import { digits } from './problems.js';
import { describeRules } from './rules-suite.js';
import { wasmFiles } from './wasm-files.js';

const IN_A_PAGE = 'document' in globalThis;
const HAS_THREADS = !IN_A_PAGE || globalThis.crossOriginIsolated;
const THREADS = HAS_THREADS ? [1, 2, 4] : [1];

for (const threads of THREADS) {
  describeEngine(`simd on ${threads}`, () => openEngine('simd', { threads }), 1e-5);
  describeRules(`simd on ${threads}`, () => openEngine('simd', { threads }));
}

describe('any shape, density and way through the data', { timeout: 300_000 }, () => {
  const engines: Engine[] = [];
  beforeAll(async () => {
    for (const threads of THREADS) engines.push(await openEngine('simd', { threads }));
  });
  afterAll(() => {
    for (const engine of engines) engine.close();
  });

  async function workThrough(engine: Engine, problem: LargeProblem) {
    const { examples, parameters, minibatch, steps, order, once } = problem;
    const split = await engine.load(examples, {
      minibatch,
      shuffled: order !== undefined,
      once,
    });
    try {
      await engine.writeParameters(parameters);
      await engine.writeRunningLoss({ sum: 0, steps: 0 });
      const all = { start: 0, end: examples.count, order };
      const { loss, gradient } = await engine.lossAndGradient(split, all);
      for (const [i, step] of steps.entries()) {
        const l2 = i % 2 === 0 ? 0 : 0.1;
        await engine.step(split, { ...step, order }, { learningRate: 0.1, l2 });
      }
      const plain = {
        gradient: [loss, ...gradient.weights, ...gradient.bias],
        probabilities: await engine.probabilities(split, all),
        errors: await engine.countErrors(split, all),
        parameters: await engine.readParameters(),
        runningLoss: await engine.readRunningLoss(),
      };
      const { rules } = engine;
      if (rules === undefined) return { ...plain, byRule: undefined };
      await rules.writeSlots([new Float32Array((examples.features + 1) * examples.classes)]);
      for (const step of steps) {
        const update = { rule: 'momentum', learningRate: 0.1, momentum: 0.9 } as const;
        await rules.step(split, { ...step, order }, update);
      }
      return { ...plain, byRule: [await engine.readParameters(), await rules.readSlots()] };
    } finally {
      split.close();
    }
  }

  test('numbers are those of the reference, and for any number of threads the same to the bit', async () => {
    await fc.assert(
      fc.asyncProperty(largeProblems, async (problem) => {
        const expected = await workThrough(openReferenceEngine(), problem);
        const [found, ...others] = await Promise.all(
          engines.map((engine) => workThrough(engine, problem)),
        );
        for (const other of others) expect(other).toEqual(found);
        const off = (a: ArrayLike<number>, b: ArrayLike<number>) =>
          Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] as number))));
        expect(off(found?.gradient ?? [], expected.gradient)).toBeLessThan(1e-5);
        expect(found?.gradient.length).toBe(expected.gradient.length);
        expect(off(found?.probabilities ?? [], expected.probabilities)).toBeLessThan(1e-5);
        expect(found?.probabilities.length).toBe(expected.probabilities.length);
        for (const part of ['weights', 'bias'] as const) {
          expect(off(found?.parameters[part] ?? [], expected.parameters[part])).toBeLessThan(1e-5);
        }
        expect(off([found?.runningLoss.sum ?? NaN], [expected.runningLoss.sum])).toBeLessThan(1e-4);
        expect(found?.runningLoss.steps).toBe(expected.runningLoss.steps);
        expect(found?.errors).toBe(errorsOf(expected.probabilities, problem));
      }),
      { numRuns: 150 },
    );
  });

  /** Counted from probabilities of the reference; it is next to impossible that two of them are equal. */
  function errorsOf(probabilities: Float32Array, { examples, order }: LargeProblem): number {
    const { count, classes, labels } = examples;
    let errors = 0;
    for (let i = 0; i < count; i++) {
      const row = probabilities.subarray(i * classes, (i + 1) * classes);
      const prediction = row.indexOf(Math.max(...row));
      if (prediction !== labels[order === undefined ? i : (order[i] as number)]) errors += 1;
    }
    return errors;
  }
});

describe('threads', () => {
  if (HAS_THREADS) {
    test('are as many as the machine has processors, if none are asked for', async () => {
      const engine = await openEngine('simd');
      const processors = IN_A_PAGE
        ? navigator.hardwareConcurrency
        : (await import('node:os')).availableParallelism();
      const expected = Math.min(8, processors);
      expect(engine.description).toMatch(new RegExp(`, ${expected} threads?$`));
      engine.close();
    });
  } else {
    test('are one without shared memory; more are refused', async () => {
      const engine = await openEngine('simd');
      expect(engine.description).toMatch(/, 1 thread$/);
      engine.close();
      await expect(openEngine('simd', { threads: 2 })).rejects.toMatchObject({
        code: 'BACKEND_UNAVAILABLE',
        message:
          'backend simd: threads need shared memory, and this page is not cross-origin isolated; ' +
          'serve it with the headers COOP and COEP, or ask for one thread',
      });
    });
  }

  test.each([0, -1, 1.5, 257, Number.NaN])('%d of them are refused', async (threads) => {
    await expect(openEngine('simd', { threads })).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: `backend simd: it runs on 1 to 256 threads, and ${threads} were asked for`,
    });
  });
});

describe('what it needs and does not find is a reason, and another backend runs', () => {
  const reason = async () => {
    const reports = await probeBackends({ wasmFiles });
    expect(reports.some(({ works }) => works)).toBe(true);
    const report = reports.find(({ backend }) => backend === 'simd');
    return report?.works ? 'works' : report?.reason;
  };

  test('SIMD', async () => {
    vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
    expect(await reason()).toBe('the WebAssembly of this runtime has no SIMD');
  });

  test('leave to compile', async () => {
    const { compile } = WebAssembly;
    vi.spyOn(WebAssembly, 'compile').mockImplementation((bytes) =>
      (bytes as Uint8Array).byteLength < 60_000
        ? Promise.reject(new WebAssembly.CompileError('refused by the policy'))
        : compile(bytes),
    );
    expect(await reason()).toBe('WebAssembly is refused here: refused by the policy');
  });

  test('memory', async () => {
    const { Memory } = WebAssembly;
    vi.spyOn(WebAssembly, 'Memory').mockImplementation(function fail(descriptor) {
      if (descriptor.initial === 1) throw new RangeError('could not allocate memory');
      return new Memory(descriptor);
    });
    expect(await reason()).toBe('there is no memory for it: could not allocate memory');
  });
});

test('relaxed SIMD is used where the runtime has it, and the numbers are nearly the same', async () => {
  const { validate } = WebAssembly;
  const train = async () => {
    const engine = await openEngine('simd', { threads: 1 });
    const examples = digits(100);
    const split = await engine.load(examples, { minibatch: 100 });
    const { features, classes } = examples;
    await engine.writeParameters({
      features,
      classes,
      weights: Float32Array.from({ length: features * classes }, (_, i) => Math.sin(i)),
      bias: new Float32Array(classes),
    });
    for (let i = 0; i < 5; i++) engine.step(split, { start: 0, end: 100 }, { learningRate: 0.5 });
    const { weights } = await engine.readParameters();
    engine.close();
    return { weights, isRelaxed: engine.description.includes('fused multiply-add') };
  };
  const asItIs = await train();
  let calls = 0;
  vi.spyOn(WebAssembly, 'validate').mockImplementation(
    (bytes) => calls++ % 2 === 1 && validate(bytes),
  );
  const plain = await train();
  expect(plain.isRelaxed).toBe(false);
  const off = Math.max(...plain.weights.map((w, i) => Math.abs(w - (asItIs.weights[i] as number))));
  expect(off).toBeLessThan(1e-5);
  // Two roundings in the place of one show somewhere.
  if (asItIs.isRelaxed) expect(off).toBeGreaterThan(0);
  else expect(off).toBe(0);
});

test('what is closed leaves its memory to what comes', async () => {
  const { Memory } = WebAssembly;
  const memories: WebAssembly.Memory[] = [];
  vi.spyOn(WebAssembly, 'Memory').mockImplementation(function remember(descriptor) {
    const memory = new Memory(descriptor);
    memories.push(memory);
    return memory;
  });
  const engine = await openEngine('simd', { threads: 1 });
  const bytes = () => memories.at(-1)?.buffer.byteLength;
  const examples = digits(500);
  const order = Int32Array.from({ length: 500 }, (_, i) => 499 - i);
  const sizes: (number | undefined)[] = [];
  for (let i = 0; i < 200; i++) {
    const split = await engine.load(examples, { minibatch: 100 });
    const classes = 10 + (i % 3);
    await engine.writeParameters({
      features: 49,
      classes,
      weights: new Float32Array(49 * classes),
      bias: new Float32Array(classes),
    });
    const own = classes === 10 ? split : await engine.load({ ...examples, classes });
    engine.step(own, { start: 0, end: 100 }, { learningRate: 1 });
    engine.step(own, { start: 0, end: 500, order }, { learningRate: 1 });
    await engine.lossAndGradient(own, { start: 0, end: 500 });
    own.close();
    split.close();
    sizes.push(bytes());
  }
  expect(sizes.at(-1)).toBe(sizes[5]);
  expect(sizes.at(-1)).toBeGreaterThan(65536);
  engine.close();
});

test.each([-1, 10, 2 ** 31 - 1])('an order that names example %d of 10 is refused', async (row) => {
  const engine = await openEngine('simd', { threads: 1 });
  const split = await engine.load(digits(10));
  await engine.writeParameters(zeroParameters(49, 10));
  const order = Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, row);
  await expect(engine.countErrors(split, { start: 0, end: 2, order })).rejects.toMatchObject({
    code: 'BACKEND_INVALID_ARGUMENT',
    message: `rows: expected an order of examples 0 to 9, found ${row} at position 9`,
  });
  engine.close();
});

test('a split that is closed twice takes nothing from others', async () => {
  const engine = await openEngine('simd', { threads: 1 });
  const examples = digits(300);
  const rows = { start: 0, end: 300 };
  const first = await engine.load(examples);
  await engine.writeParameters(zeroParameters(49, 10));
  first.close();
  const second = await engine.load(examples);
  const expected = await engine.countErrors(second, rows);
  first.close();
  // Where the second one lies, if its memory were given away.
  await engine.load({ ...examples, labels: examples.labels.map((label) => (label + 1) % 10) });
  expect(await engine.countErrors(second, rows)).toBe(expected);
  engine.close();
});

test('data that does not fit is refused, and the engine goes on', async () => {
  const engine = await openEngine('simd', { threads: 1 });
  const { grow } = WebAssembly.Memory.prototype;
  vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(function limited(
    this: WebAssembly.Memory,
    pages,
  ) {
    if (pages > 10) throw new RangeError('WebAssembly.Memory.grow(): Unable to grow');
    return grow.call(this, pages);
  });
  const values = new Uint8Array(100_000 * 49).fill(1);
  const large = { ...digits(10), values, labels: new Uint8Array(100_000), count: 100_000 };
  await expect(engine.load(large)).rejects.toMatchObject({
    code: 'BACKEND_OUT_OF_MEMORY',
    message: expect.stringMatching(
      /^backend simd: \d+ bytes more than the \d+ in use do not fit in its memory; use less data, or another backend$/,
    ),
  });
  const split = await engine.load(digits(10));
  expect(split.count).toBe(10);
  engine.close();
});
