import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  BackendError,
  type Engine,
  type Examples,
  openReferenceEngine,
  type Parameters,
  type Rows,
  zeroParameters,
} from '../src/index.js';
import { digits, problems } from './problems.js';

/**
 * What every engine must do. A new engine gets a line in engines.test.ts and no test of its own for any of this.
 *
 * @param tolerance largest difference from the float64 reference, relative to the larger of 1 and the value
 */
export function describeEngine(name: string, open: () => Promise<Engine>, tolerance: number): void {
  // Software in the place of a graphics card takes its time.
  describe(`engine ${name}`, { timeout: 120_000 }, () => {
    let engine: Engine;
    const reference = openReferenceEngine();

    beforeAll(async () => {
      engine = await open();
    });
    afterAll(() => engine.close());

    const expectClose = (found: ArrayLike<number>, expected: ArrayLike<number>) => {
      expect(found.length).toBe(expected.length);
      for (let i = 0; i < expected.length; i++) {
        const [value, wanted] = [found[i] as number, expected[i] as number];
        const error = Math.abs(value - wanted) / Math.max(1, Math.abs(wanted));
        if (!(error <= tolerance)) expect.fail(`[${i}]: expected ${wanted}, found ${value}`);
      }
    };

    const onBoth = async <T>(
      examples: Examples,
      parameters: Parameters,
      work: (engine: Engine, split: Awaited<ReturnType<Engine['load']>>) => Promise<T>,
      options = {},
    ): Promise<[found: T, expected: T]> => {
      const results: T[] = [];
      for (const each of [engine, reference]) {
        const split = await each.load(examples, options);
        await each.writeParameters(parameters);
        await each.writeRunningLoss({ sum: 0, steps: 0 });
        results.push(await work(each, split));
        split.close();
      }
      return results as [T, T];
    };

    const flat = ({ weights, bias }: Parameters) => [...weights, ...bias];

    test('loss and gradient are those of the reference', async () => {
      await fc.assert(
        fc.asyncProperty(problems, fc.nat(), async ({ examples, parameters }, cut) => {
          const rows = { start: cut % examples.count, end: examples.count };
          const [found, expected] = await onBoth(examples, parameters, (each, split) =>
            each.lossAndGradient(split, rows),
          );
          expectClose([found.loss], [expected.loss]);
          expectClose(flat(found.gradient), flat(expected.gradient));
        }),
        { numRuns: 60 },
      );
    });

    test('probabilities and error counts are those of the reference', async () => {
      await fc.assert(
        fc.asyncProperty(problems, async ({ examples, parameters }) => {
          const rows = { start: 0, end: examples.count };
          const [found, expected] = await onBoth(examples, parameters, async (each, split) => ({
            probabilities: await each.probabilities(split, rows),
            errors: await each.countErrors(split, rows),
          }));
          expectClose(found.probabilities, expected.probabilities);
          expect(found.errors).toBe(expected.errors);
        }),
        { numRuns: 40 },
      );
    });

    test('a step moves against the gradient, and adds the loss before it to the running loss', async () => {
      const update = { learningRate: 0.7, l2: 0.3 };
      await fc.assert(
        fc.asyncProperty(problems, async ({ examples, parameters }) => {
          const rows = { start: 0, end: examples.count };
          const [found, expected] = await onBoth(examples, parameters, async (each, split) => {
            each.step(split, rows, update);
            each.step(split, rows, update);
            return {
              parameters: await each.readParameters(),
              running: await each.readRunningLoss(),
            };
          });
          expectClose(flat(found.parameters), flat(expected.parameters));
          expectClose([found.running.sum], [expected.running.sum]);
          expect(found.running.steps).toBe(2);
        }),
        { numRuns: 40 },
      );
    });

    test('the penalty leaves the bias alone', async () => {
      const examples = digits(8);
      const [withPenalty, without] = await Promise.all(
        [{ l2: 5 }, {}].map(async (penalty) => {
          const own = await open();
          const split = await own.load(examples);
          const { features, classes } = examples;
          await own.writeParameters({
            ...zeroParameters(features, classes),
            weights: new Float32Array(features * classes).fill(0.5),
          });
          own.step(split, { start: 0, end: 8 }, { learningRate: 0.1, ...penalty });
          const parameters = await own.readParameters();
          own.close();
          return parameters;
        }),
      );
      expectClose(withPenalty?.bias ?? [], without?.bias ?? []);
      const pulled = Array.from(without?.weights ?? [], (weight) => weight - 0.1 * 5 * 0.5);
      expectClose(withPenalty?.weights ?? [], pulled);
    });

    describe('any rows, in whatever pieces the engine keeps its data', () => {
      const examples = digits(50);
      const order = Int32Array.from({ length: 50 }, (_, i) => (i * 37 + 11) % 50);
      const ranges: [string, Rows, number][] = [
        ['whole pieces', { start: 0, end: 50 }, 10],
        ['one piece', { start: 20, end: 30 }, 10],
        ['a last piece that is smaller', { start: 48, end: 50 }, 16],
        ['parts of two pieces', { start: 7, end: 19 }, 10],
        ['a part of one piece', { start: 13, end: 15 }, 10],
        ['along an order', { start: 5, end: 38, order }, 10],
        ['a piece larger than the data', { start: 0, end: 50 }, 600],
      ];

      test.each(ranges)('%s', async (_, rows, minibatch) => {
        const parameters = {
          ...zeroParameters(49, 10),
          weights: Float32Array.from({ length: 490 }, (_, i) => Math.sin(i)),
        };
        const work = async (each: Engine, split: Awaited<ReturnType<Engine['load']>>) => {
          const { loss, gradient } = await each.lossAndGradient(split, rows);
          const errors = await each.countErrors(split, rows);
          const probabilities = await each.probabilities(split, rows);
          each.step(split, rows, { learningRate: 1 });
          return { loss, gradient, errors, probabilities, after: await each.readParameters() };
        };
        for (const shuffled of [false, true]) {
          const options = { minibatch, shuffled };
          const [found, expected] = await onBoth(examples, parameters, work, options);
          expectClose([found.loss], [expected.loss]);
          expectClose(flat(found.gradient), flat(expected.gradient));
          expect(found.errors).toBe(expected.errors);
          expectClose(found.probabilities, expected.probabilities);
          expectClose(flat(found.after), flat(expected.after));
        }
      });
    });

    describe('extreme numbers stay finite and right', () => {
      const cases: [string, number, number][] = [
        ['all equal', 0, 1],
        ['scores of 1e4', 1e4, 1],
        ['scores of -1e4', -1e4, 1],
        ['scores of 1e9', 1e9, 1],
        ['scores of -1e9', -1e9, 1],
        ['huge inputs', 1, 1e9],
      ];

      test.each(cases)('%s', async (_, weight, input) => {
        const examples: Examples = {
          values: Float32Array.of(input, 0, 0, 0, input, 0, 0, 0, input),
          scale: 1,
          labels: Uint8Array.of(0, 1, 0),
          count: 3,
          features: 3,
          classes: 3,
        };
        const identity = Float32Array.of(weight, 0, 0, 0, weight, 0, 0, 0, weight);
        const parameters = { ...zeroParameters(3, 3), weights: identity };
        const rows = { start: 0, end: 3 };
        const [found, expected] = await onBoth(examples, parameters, async (each, split) => ({
          ...(await each.lossAndGradient(split, rows)),
          probabilities: await each.probabilities(split, rows),
          errors: await each.countErrors(split, rows),
        }));
        expect(Number.isFinite(found.loss)).toBe(true);
        expectClose([found.loss], [expected.loss]);
        expectClose(flat(found.gradient), flat(expected.gradient));
        expectClose(found.probabilities, expected.probabilities);
        expect(found.errors).toBe(expected.errors);
      });
    });

    test('among equal probabilities the first class is predicted', async () => {
      const examples = { ...digits(10), labels: Uint8Array.of(0, 0, 0, 1, 2, 3, 0, 9, 0, 0) };
      const [found] = await onBoth(examples, zeroParameters(49, 10), (each, split) =>
        each.countErrors(split, { start: 0, end: 10 }),
      );
      expect(found).toBe(4);
    });

    test('parameters and running loss come back to the bit', async () => {
      const parameters = {
        features: 2,
        classes: 3,
        weights: Float32Array.of(1e-38, -3.4e38, Math.fround(0.1), 0, -1, 7),
        bias: Float32Array.of(1, -2, Math.fround(1 / 3)),
      };
      await engine.writeParameters(parameters);
      expect(await engine.readParameters()).toEqual(parameters);
      const running = { sum: Math.fround(12.34), steps: 7 };
      await engine.writeRunningLoss(running);
      expect(await engine.readRunningLoss()).toEqual(running);
    });

    test('what is read is a copy', async () => {
      await engine.writeParameters(zeroParameters(2, 2));
      (await engine.readParameters()).weights.fill(9);
      expect((await engine.readParameters()).weights).toEqual(new Float32Array(4));
    });

    test('5 steps are 2 steps, read, write, 3 steps, to the bit', async () => {
      const examples = digits(50);
      const split = await engine.load(examples, { minibatch: 10 });
      const steps = (from: number, to: number) => {
        for (let i = from; i < to; i++) {
          engine.step(split, { start: 10 * i, end: 10 * i + 10 }, { learningRate: 0.4 });
        }
      };
      await engine.writeParameters(zeroParameters(49, 10));
      await engine.writeRunningLoss({ sum: 0, steps: 0 });
      steps(0, 2);
      const saved = [await engine.readParameters(), await engine.readRunningLoss()] as const;
      steps(2, 5);
      const straight = [await engine.readParameters(), await engine.readRunningLoss()];
      // The float64 reference rounds what it gives, so for it only a run that was saved at the same place can be the same.
      if (name !== 'reference') {
        await engine.writeParameters(saved[0]);
        await engine.writeRunningLoss(saved[1]);
        steps(2, 5);
        expect([await engine.readParameters(), await engine.readRunningLoss()]).toEqual(straight);
      }
      expect(straight[0]).not.toEqual(saved[0]);
      split.close();
    });

    test('a loss that is not finite shows in the running loss', async () => {
      const split = await engine.load(digits(10));
      await engine.writeParameters({
        ...zeroParameters(49, 10),
        weights: new Float32Array(490).fill(Number.NaN),
      });
      await engine.writeRunningLoss({ sum: 0, steps: 0 });
      const known = await engine.step(split, { start: 0, end: 10 }, { learningRate: 1 });
      if (['webgpu', 'webgl'].includes(engine.backend)) expect(known).toBeUndefined();
      else expect(known).toBeNaN();
      expect((await engine.readRunningLoss()).sum).toBeNaN();
      await engine.writeRunningLoss({ sum: 0, steps: 0 });
      split.close();
    });

    describe('what cannot be done is refused', () => {
      const refused = (work: () => unknown, code: string) =>
        expect(async () => work()).rejects.toSatisfy(
          (error) => BackendError.isInstance(error) && error.code === code,
        );
      const wrongRows: Rows[] = [
        { start: 3, end: 3 },
        { start: -1, end: 2 },
        { start: 0, end: 11 },
        { start: 0.5, end: 2 },
        { start: 0, end: Number.NaN },
        { start: 0, end: 10, order: Int32Array.of(1, 0) },
      ];

      test.each(wrongRows)('rows %o', async (rows) => {
        const split = await engine.load(digits(10));
        await engine.writeParameters(zeroParameters(49, 10));
        await refused(
          () => engine.step(split, rows, { learningRate: 1 }),
          'BACKEND_INVALID_ARGUMENT',
        );
        await refused(() => engine.countErrors(split, rows), 'BACKEND_INVALID_ARGUMENT');
        split.close();
      });

      test('examples that are not what they say', async () => {
        const good = digits(10);
        const bad: Examples[] = [
          { ...good, count: 11 },
          { ...good, labels: Uint8Array.of(1) },
          { ...good, labels: new Uint8Array(10).fill(10) },
          { ...good, scale: 0 },
          { ...good, scale: Number.NaN },
        ];
        for (const examples of bad) {
          await refused(() => engine.load(examples), 'BACKEND_INVALID_ARGUMENT');
        }
      });

      test('parameters that are not what they say', async () => {
        const parameters = { ...zeroParameters(3, 2), bias: new Float32Array(3) };
        await refused(() => engine.writeParameters(parameters), 'BACKEND_INVALID_ARGUMENT');
      });

      test('work before there are parameters', async () => {
        const own = await open();
        const split = await own.load(digits(4));
        const rows = { start: 0, end: 4 };
        const work = [
          () => own.step(split, rows, { learningRate: 1 }),
          () => own.lossAndGradient(split, rows),
          () => own.countErrors(split, rows),
          () => own.probabilities(split, rows),
          () => own.readParameters(),
        ];
        for (const each of work) await refused(each, 'BACKEND_NOT_READY');
        own.close();
      });
    });
  });
}
