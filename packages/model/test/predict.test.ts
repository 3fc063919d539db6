import { openReferenceEngine } from '@softreg/backend';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ModelError, predict } from '../src/index.js';
import { problems, smallModel } from './problems.js';

test('probabilities and labels are those of the float64 reference', async () => {
  await fc.assert(
    fc.asyncProperty(problems, async ({ model, examples }) => {
      const { parameters, classNames } = model;
      const engine = openReferenceEngine();
      const split = await engine.load(examples);
      await engine.writeParameters(parameters);
      const all = { start: 0, end: examples.count };
      const expected = await engine.probabilities(split, all);

      const found = predict(model, examples.values as Uint8Array);
      expect(found).toHaveLength(examples.count);
      found
        .flatMap(({ probabilities }) => [...probabilities])
        .forEach((value, i) => {
          // The reference rounds what it gives to float32.
          expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-7);
        });
      for (const { probabilities, label, className } of found) {
        const sum = probabilities.reduce((total, value) => total + value, 0);
        expect(Math.abs(sum - 1)).toBeLessThan(1e-12);
        expect(probabilities[label]).toBe(Math.max(...probabilities));
        expect(className).toBe(classNames[label]);
      }
      const wrong = found.filter(({ label }, i) => label !== examples.labels[i]);
      expect(wrong).toHaveLength(await engine.countErrors(split, all));
    }),
    { numRuns: 200 },
  );
});

test('a prediction by hand', () => {
  const model = smallModel({
    parameters: {
      features: 2,
      classes: 3,
      weights: Float32Array.of(1, 0, -1, 0, 2, 0),
      bias: Float32Array.of(0, 0.5, 1),
    },
  });
  // Pixels 0.5 and 0.25: scores 0.5, 0 + 0.5 + 0.5 and 1 - 0.5.
  const [prediction] = predict(model, Uint8Array.of(128, 64));
  const sum = 2 * Math.exp(0.5) + Math.exp(1);
  const expected = [Math.exp(0.5) / sum, Math.exp(1) / sum, Math.exp(0.5) / sum];
  prediction?.probabilities.forEach((value, k) => {
    expect(value).toBeCloseTo(expected[k] as number, 14);
  });
  expect(prediction).toMatchObject({ label: 1, className: 'b' });
  expect(prediction?.probabilities).toHaveLength(3);
});

describe('extreme scores give finite probabilities', () => {
  const modelOf = (...bias: number[]) =>
    smallModel({
      parameters: {
        features: 2,
        classes: 3,
        weights: new Float32Array(6),
        bias: Float32Array.from(bias),
      },
    });

  test.each([
    ['all equal', [0, 0, 0], [1 / 3, 1 / 3, 1 / 3], 0],
    ['all of 1e4', [1e4, 1e4, 1e4], [1 / 3, 1 / 3, 1 / 3], 0],
    ['all of -1e9', [-1e9, -1e9, -1e9], [1 / 3, 1 / 3, 1 / 3], 0],
    ['one of 1e4', [0, 1e4, 0], [0, 1, 0], 1],
    ['one of -1e4', [-1e4, 0, 0], [0, 0.5, 0.5], 1],
    ['one of 1e9', [0, 0, 1e9], [0, 0, 1], 2],
    ['the ends of float32', [-3.4e38, 3.4e38, 3.4e38], [0, 0.5, 0.5], 1],
  ])('%s', (_, bias, probabilities, label) => {
    const [prediction] = predict(modelOf(...bias), Uint8Array.of(1, 2));
    expect([...(prediction?.probabilities ?? [])]).toEqual(probabilities);
    expect(prediction?.label).toBe(label);
  });

  test('huge weights and dark pixels', () => {
    const model = smallModel({
      parameters: {
        features: 2,
        classes: 3,
        weights: Float32Array.of(3e38, -3e38, 0, 3e38, -3e38, 0),
        bias: Float32Array.of(0, 0, 0),
      },
      pixelScale: 1,
    });
    const [bright, dark] = predict(model, Uint8Array.of(255, 255, 0, 0));
    expect([...(bright?.probabilities ?? [])]).toEqual([1, 0, 0]);
    expect([...(dark?.probabilities ?? [])]).toEqual([1 / 3, 1 / 3, 1 / 3]);
  });
});

describe('images', () => {
  test('none give no predictions', () => {
    expect(predict(smallModel(), new Uint8Array())).toEqual([]);
  });

  test('are classified each on its own', () => {
    const model = smallModel();
    const [first, second] = predict(model, Uint8Array.of(9, 8, 7, 6));
    expect([first]).toEqual(predict(model, Uint8Array.of(9, 8)));
    expect([second]).toEqual(predict(model, Uint8Array.of(7, 6)));
    expect(first).not.toEqual(second);
  });

  test.each([1, 3, 5])('of %d pixels are not whole', (length) => {
    expect(() => predict(smallModel(), new Uint8Array(length))).toThrow(
      expect.objectContaining({
        name: 'ModelError',
        code: 'MODEL_DATA_MISMATCH',
        message: `images: expected a multiple of 2 pixels, found ${length}`,
      }),
    );
  });
});

test('an error is known by its marker, whichever copy of the package made it', () => {
  const foreign = Object.assign(new Error(), { [Symbol.for('softreg.ModelError')]: true });
  expect(ModelError.isInstance(foreign)).toBe(true);
  expect(ModelError.isInstance(new Error('another'))).toBe(false);
  expect(ModelError.isInstance({ code: 'MODEL_INVALID' })).toBe(false);
});
