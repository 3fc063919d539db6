import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type BackendName,
  type Engine,
  type Examples,
  openEngine,
  openReferenceEngine,
  type Parameters,
  zeroParameters,
} from '../src/index.js';
import { digits, uniform } from './problems.js';
import { describeStepPrograms } from './step-programs.js';

interface Problem {
  readonly examples: Examples;
  readonly parameters: Parameters;
  /** Examples of a block. */
  readonly minibatch: number;
}

interface Size {
  readonly count: number;
  readonly features: number;
  readonly classes: number;
  readonly minibatch?: number;
  readonly seed?: number;
}

/** Sizes that no tile, texel or workgroup divides, in one block and in several. */
const sizes: fc.Arbitrary<Size> = fc.record({
  count: fc.integer({ min: 1, max: 70 }),
  features: fc.integer({ min: 1, max: 300 }),
  classes: fc.integer({ min: 1, max: 40 }),
  minibatch: fc.integer({ min: 1, max: 80 }),
  seed: fc.integer({ min: 1, max: 2 ** 31 - 2 }),
});

function random({ count, features, classes, minibatch = count, seed = 4 }: Size): Problem {
  const next = uniform(seed);
  const between = (low: number, high: number) => low + (high - low) * next();
  const examples = {
    values: Float32Array.from({ length: count * features }, () => between(-1, 1)),
    scale: 1,
    labels: Uint8Array.from({ length: count }, () => between(0, classes)),
    count,
    features,
    classes,
  };
  const weights = Float32Array.from({ length: features * classes }, () => between(-0.5, 0.5));
  const bias = Float32Array.from({ length: classes }, () => between(-1, 1));
  return { examples, parameters: { features, classes, weights, bias }, minibatch };
}

/** Parameters and running loss after a step on all examples, and one on the second half. */
async function train(engine: Engine, { examples, parameters, minibatch }: Problem) {
  const { count } = examples;
  const split = await engine.load(examples, { minibatch });
  await engine.writeRunningLoss({ sum: 3, steps: 1 });
  await engine.writeParameters(parameters);
  await engine.step(split, { start: 0, end: count }, { learningRate: 0.7, l2: 0.3 });
  const half = { start: Math.floor(count / 2), end: count };
  await engine.step(split, half, { learningRate: 0.2 });
  const { weights, bias } = await engine.readParameters();
  const { sum } = await engine.readRunningLoss();
  split.close();
  return [...weights, ...bias, sum];
}

/** Programs that the backend has compiled so far. */
function compiled(): number {
  const { pipelineCache, binaryCache } = tf.backend() as {
    readonly pipelineCache?: object;
    readonly binaryCache?: object;
  };
  return Object.keys(pipelineCache ?? binaryCache ?? {}).length;
}

/** What a step of kernels of our own must do besides. */
export function describeFusedSteps(backend: BackendName, programs: number): void {
  describeStepPrograms(backend, programs);

  describe(`fused steps on ${backend}`, { timeout: 120_000 }, () => {
    let engine: Engine;
    const reference = openReferenceEngine();

    beforeAll(async () => {
      engine = await openEngine(backend);
    });
    afterAll(() => engine.close());

    const expectReference = async (problem: Problem) => {
      const [found, expected] = [await train(engine, problem), await train(reference, problem)];
      expect(found.length).toBe(expected.length);
      for (const [i, wanted] of expected.entries()) {
        const error = Math.abs((found[i] as number) - wanted) / Math.max(1, Math.abs(wanted));
        if (!(error <= 1e-5)) expect.fail(`[${i}]: expected ${wanted}, found ${found[i]}`);
      }
    };

    test('are those of the reference, whatever the size', async () => {
      await fc.assert(fc.asyncProperty(sizes.map(random), expectReference), { numRuns: 25 });
    });

    if (backend === 'webgl') {
      test('are those of the reference on textures that TensorFlow.js folds', async () => {
        const most = tf.env().getNumber('WEBGL_MAX_TEXTURE_SIZE');
        // No device has so small ones. Tensors of more than 192 rows or columns are folded then.
        tf.env().set('WEBGL_MAX_TEXTURE_SIZE', 96);
        try {
          await expectReference(random({ count: 7, features: 300, classes: 11 }));
          await expectReference(random({ count: 250, features: 9, classes: 6 }));
        } finally {
          tf.env().set('WEBGL_MAX_TEXTURE_SIZE', most);
        }
      });
    }

    test.each<[string, Size]>([
      ['one example, one feature', { count: 1, features: 1, classes: 2 }],
      ['more classes than a byte tells', { count: 9, features: 20, classes: 300 }],
      ['the tutorial', { count: 600, features: 784, classes: 10 }],
      ['a large minibatch', { count: 3001, features: 7, classes: 3 }],
      ['many features', { count: 5, features: 20_001, classes: 3 }],
    ])('%s', (_, size) => expectReference(random(size)));

    test.each<[string, number, number]>([
      ['scores of 1e4', 1e4, 1],
      ['scores of -1e4', -1e4, 1],
      ['scores of 1e9', 1e9, 1],
      ['scores of -1e9', -1e9, 1],
      ['huge inputs', 1, 1e6],
    ])('stay finite and right: %s', async (_, weight, input) => {
      const [count, features, classes] = [2, 1, 5];
      const weights = Float32Array.of(1, 0.5, 1.5, 0.8, 0.7).map((factor) => factor * weight);
      const values = Float32Array.of(input, 0.5 * input);
      await expectReference({
        examples: { values, scale: 1, labels: Uint8Array.of(0, 4), count, features, classes },
        parameters: { features, classes, weights, bias: new Float32Array(5) },
        minibatch: 2,
      });
    });

    test('are the same to the bit each time', async () => {
      const problem = random({ count: 131, features: 203, classes: 10, minibatch: 50 });
      expect(await train(engine, problem)).toEqual(await train(engine, problem));
    });

    test('keep the running loss where parameters are written, and the parameters where it is', async () => {
      const running = { sum: Math.fround(12.34), steps: 7 };
      const parameters: Parameters = {
        features: 3,
        classes: 4,
        weights: Float32Array.from({ length: 12 }, (_, i) => Math.sin(i)),
        bias: Float32Array.of(1e-38, -3.4e38, 3.4e38, -0.1),
      };
      await engine.writeParameters(zeroParameters(50, 1));
      await engine.writeRunningLoss(running);
      await engine.writeParameters(parameters);
      expect(await engine.readRunningLoss()).toEqual(running);
      await engine.writeRunningLoss({ sum: 0, steps: 0 });
      expect(await engine.readParameters()).toEqual(parameters);
    });

    test.each([
      ['one block', 20],
      ['two blocks', 10],
    ])('change nothing after one whose loss is not finite: %s', async (_, minibatch) => {
      // Two features, of which the bias row is in the second pair of rows, and three.
      for (const features of [2, 3]) {
        const { examples } = random({ count: 20, features, classes: 4 });
        const split = await engine.load(examples, { minibatch });
        const rows = { start: 0, end: 20 };
        await engine.writeParameters(zeroParameters(features, 4));
        await engine.writeRunningLoss({ sum: 2, steps: 5 });
        await engine.step(split, rows, { learningRate: 0.1 });
        expect(await engine.readRunningLoss()).toEqual({ sum: expect.any(Number), steps: 6 });
        // Scores within float32, and differences of two that are not.
        const weights = Float32Array.from({ length: 4 * features }, (_, i) =>
          i % 4 === 0 ? 3e38 : -3e38,
        );
        const bias = Float32Array.of(0, 1, 2, 3);
        await engine.writeParameters({ features, classes: 4, weights, bias });
        await engine.step(split, rows, { learningRate: 0.1 });
        const [parameters, running] = [
          await engine.readParameters(),
          await engine.readRunningLoss(),
        ];
        expect(Number.isFinite(running.sum)).toBe(false);
        expect(running.steps).toBe(7);
        for (let i = 0; i < 3; i++) await engine.step(split, rows, { learningRate: 0.1, l2: 0.2 });
        expect(await engine.readParameters()).toEqual(parameters);
        expect((await engine.readRunningLoss()).steps).toBe(7);
        // It goes on where both are written anew.
        await engine.writeParameters(zeroParameters(features, 4));
        await engine.writeRunningLoss({ sum: 0, steps: 0 });
        await engine.step(split, rows, { learningRate: 0.1 });
        const { sum, steps } = await engine.readRunningLoss();
        expect(sum).toBeCloseTo(Math.log(4), 5);
        expect(steps).toBe(1);
        split.close();
      }
    });

    test('need no new program for another learning rate, penalty or number of blocks', async () => {
      const split = await engine.load(digits(30), { minibatch: 10 });
      await engine.writeParameters(zeroParameters(49, 10));
      await engine.step(split, { start: 0, end: 10 }, { learningRate: 1 });
      const before = compiled();
      await engine.step(split, { start: 0, end: 30 }, { learningRate: 0.5, l2: 0.1 });
      expect(compiled()).toBe(before);
      split.close();
    });

    test('are kernels that TensorFlow.js sees', async () => {
      const split = await engine.load(digits(10));
      await engine.writeParameters(zeroParameters(49, 10));
      const { kernelNames } = await tf.profile(async () =>
        engine.step(split, { start: 0, end: 10 }, { learningRate: 1 }),
      );
      expect(kernelNames).toEqual(expect.arrayContaining(['SoftregResiduals', 'SoftregUpdate']));
      split.close();
    });
  });
}
