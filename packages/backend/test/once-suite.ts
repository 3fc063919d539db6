import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type BackendName,
  type Engine,
  type Examples,
  type LoadOptions,
  type OpenEngineOptions,
  openEngine,
  openReferenceEngine,
  type Parameters,
  type Rows,
} from '../src/index.js';
import { tensorCounts, watchKernels } from './kernel-calls.js';
import { digits, problems } from './problems.js';

/** Scales that divide to the bit, at the ends of their range and beyond it, and some that round. */
const SCALES = [256, 1, 2, 2 ** 16, 2 ** 17, 2 ** 40, 0.5, 255, 3, 1000, 0.3];

const update = { learningRate: 0.5, l2: 0.1 };

/** Examples of one step, and how they get to a device of TensorFlow.js: the same as those that stay there, to the bit. */
export function describeOnce(backend: BackendName, options: OpenEngineOptions = {}): void {
  describe(`examples of one step on ${backend}`, { timeout: 120_000 }, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await openEngine(backend, options);
    });
    afterAll(() => engine.close());

    const work = async (
      each: Engine,
      examples: Examples,
      parameters: Parameters,
      { rows, ...load }: LoadOptions & { rows: Rows },
    ) => {
      const split = await each.load(examples, load);
      try {
        await each.writeParameters(parameters);
        await each.writeRunningLoss({ sum: 0, steps: 0 });
        const { loss, gradient } = await each.lossAndGradient(split, rows);
        const errors = await each.countErrors(split, rows);
        const probabilities = await each.probabilities(split, rows);
        await each.step(split, rows, update);
        const running = await each.readRunningLoss();
        return {
          loss,
          gradient,
          errors,
          probabilities,
          running,
          after: await each.readParameters(),
        };
      } finally {
        split.close();
      }
    };

    test('give the bits of examples that stay, whatever the scale, and of the reference but for rounding', async () => {
      const cases = fc.record({
        problem: problems,
        scale: fc.constantFrom(...SCALES),
        ends: fc.tuple(fc.nat(), fc.nat()),
        minibatch: fc.integer({ min: 1, max: 13 }),
        shuffled: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(cases, async ({ problem, scale, ends, minibatch, shuffled }) => {
          // Scores of ordinary size, whatever the scale: of larger ones rounding makes other probabilities.
          const size = Math.min(1, scale / 256);
          const weights = problem.parameters.weights.map((weight) => weight * size);
          const parameters = { ...problem.parameters, weights };
          const examples = { ...problem.examples, scale };
          const { count } = examples;
          const start = ends[0] % count;
          const end = start + 1 + (ends[1] % (count - start));
          const order = Int32Array.from({ length: count }, (_, i) => (i + 5) % count);
          const rows = { start, end, order: shuffled ? order : undefined };
          const load = { minibatch, shuffled, rows };
          const found = await work(engine, examples, parameters, { ...load, once: true });
          expect(found).toEqual(await work(engine, examples, parameters, load));
          const wanted = await work(openReferenceEngine(), examples, parameters, load);
          expectNear(found.gradient.weights, wanted.gradient.weights);
          expectNear(found.gradient.bias, wanted.gradient.bias);
          expectNear(found.after.weights, wanted.after.weights);
          expectNear(found.probabilities, wanted.probabilities);
          expectNear([found.loss], [wanted.loss]);
        }),
        { numRuns: 100 },
      );
    });

    test('every byte is the float32 of its quotient', async () => {
      const values = Uint8Array.from({ length: 256 }, (_, i) => i);
      const rows = { start: 0, end: 1 };
      for (const scale of SCALES) {
        const examples = {
          values,
          scale,
          labels: Uint8Array.of(0),
          count: 1,
          features: 256,
          classes: 2,
        };
        const weights = new Float32Array(512);
        const zeros = { features: 256, classes: 2, weights, bias: new Float32Array(2) };
        for (const once of [false, true]) {
          const split = await engine.load(examples, { once });
          await engine.writeParameters(zeros);
          const { gradient } = await engine.lossAndGradient(split, rows);
          split.close();
          // With zeros for weights both probabilities are a half, which changes no digit.
          const expected = Array.from(
            values,
            (byte) => Math.fround(Math.fround(byte) / Math.fround(scale)) / 2,
          );
          const found = expected.map((_, i) => gradient.weights[2 * i + 1]);
          if (engine.precision === 'float32' && !['webgl', 'webgpu'].includes(backend)) {
            expect(found).toEqual(expected);
          } else expectNear(found as number[], expected);
          expect(gradient.bias[1]).toBeCloseTo(0.5, 6);
        }
      }
    });

    test.each([
      ['weights', 0.5, Uint8Array.of(0, 0, 0, 0), 3e38],
      ['inputs', 2 ** 20, Float32Array.of(3e38, 3e38, 3e38, 3e38), 1],
    ])(
      '%s at the end of float32 are those of examples that stay',
      async (_, scale, values, weight) => {
        const examples = {
          values,
          scale,
          labels: Uint8Array.of(0, 0),
          count: 2,
          features: 2,
          classes: 2,
        };
        const weights = Float32Array.of(0, weight, 0, weight);
        const parameters = { features: 2, classes: 2, weights, bias: new Float32Array(2) };
        const load = { rows: { start: 0, end: 2 } };
        const found = await work(engine, examples, parameters, { ...load, once: true });
        expect(found).toEqual(await work(engine, examples, parameters, load));
        expect(found.gradient.weights.every(Number.isFinite)).toBe(true);
      },
    );

    test('cost kernels that those which stay do not', async () => {
      const examples = digits(20);
      await engine.writeParameters(someParameters(49));
      const kernels = async (load: LoadOptions) => {
        const split = await engine.load(examples, load);
        const rows = { start: 0, end: 20 };
        // The first step prepares what stays.
        await engine.step(split, rows, { learningRate: 0.5 });
        const running = watchKernels();
        await engine.step(split, rows, { learningRate: 0.5 });
        const count = running.names.length;
        running.mockRestore();
        split.close();
        return count;
      };
      expect(await kernels({})).toBe(engine.kernelsPerStep);
      // Of the weights and of the gradient; on tensorflow the latter is one with the learning rate.
      const divisions = { wasm: 2, tensorflow: 1 }[backend as string] ?? 0;
      expect(await kernels({ once: true })).toBe((engine.kernelsPerStep ?? 0) + divisions);
    });

    test('are not changed by those that are loaded after them, or by who gave them', async () => {
      const parameters = someParameters(49);
      const rows = { start: 0, end: 20 };
      for (const once of [true, false]) {
        const alone = await work(engine, digits(20, 1), parameters, { rows, once });
        const examples = digits(20, 1);
        const split = await engine.load(examples, { once });
        const others = [
          await engine.load(digits(20, 2), { once }),
          await engine.load({ ...digits(10, 3), scale: 255 }, { once }),
        ];
        (examples.values as Uint8Array).fill(9);
        await engine.writeParameters(parameters);
        expect((await engine.lossAndGradient(split, rows)).gradient).toEqual(alone.gradient);
        for (const each of [split, ...others]) each.close();
      }
    });

    test('leave nothing on the device, nor do those whose loading fails', async () => {
      const parameters = someParameters(49);
      await engine.writeParameters(parameters);
      const rows = { start: 0, end: 20 };
      const load = { minibatch: 20, once: true };
      for (const scale of [256, 255]) {
        const examples = { ...digits(20), scale };
        await work(engine, examples, parameters, { rows, ...load });
        const before = tensorCounts();
        for (let i = 0; i < 50; i++) await work(engine, examples, parameters, { rows, ...load });
        expect(tensorCounts()).toEqual(before);
        for (let kernels = 0; ; kernels++) {
          const failing = watchKernels(kernels);
          const error = await engine.load(examples, { minibatch: 6 }).then(
            (split) => split.close(),
            (reason: Error) => reason,
          );
          failing.mockRestore();
          expect(tensorCounts()).toEqual(before);
          if (error === undefined) break;
          expect(error.message).toBe('out of memory');
        }
      }
    });
  });
}

function someParameters(features: number): Parameters {
  const weights = Float32Array.from({ length: features * 10 }, (_, i) => Math.sin(i));
  return {
    features,
    classes: 10,
    weights,
    bias: Float32Array.from({ length: 10 }, (_, i) => i / 10),
  };
}

function expectNear(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [value, wanted] = [found[i] as number, expected[i] as number];
    const error = Math.abs(value - wanted) / Math.max(1, Math.abs(wanted));
    if (!(error <= 1e-5)) expect.fail(`[${i}]: expected ${wanted}, found ${value}`);
  }
}
