import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pixelContributions, predict, softmaxArithmetic } from '../src/index.js';
import { problems, smallModel } from './problems.js';

const model = smallModel({
  parameters: {
    features: 2,
    classes: 3,
    weights: Float32Array.of(1, 0, -1, 0, 2, 0),
    bias: Float32Array.of(0.25, 0.5, 1),
  },
});

test('the arithmetic by hand', () => {
  // Pixels 0.5 and 0.25: scores 0.5 + 0.25, 0.5 + 0.5 and 1 - 0.5.
  const steps = softmaxArithmetic(model, [128, 64]);
  expect([...steps.scores]).toEqual([0.75, 1, 0.5]);
  expect(steps.largestScore).toBe(1);
  expect([...steps.exponentials]).toEqual([Math.exp(-0.25), 1, Math.exp(-0.5)]);
  const sum = Math.exp(-0.25) + 1 + Math.exp(-0.5);
  expect(steps.sum).toBeCloseTo(sum, 14);
  expect(steps.probabilities[2]).toBeCloseTo(Math.exp(-0.5) / sum, 14);
  expect(steps.label).toBe(1);
});

test('a pixel may be a part of a gray level', () => {
  expect([...softmaxArithmetic(model, [0.5, 0]).scores]).toEqual([
    0.25 + 1 / 512,
    0.5,
    1 - 1 / 512,
  ]);
});

test('probabilities and label are those of predict, to the bit', () => {
  fc.assert(
    fc.property(problems, ({ model, examples }) => {
      const images = examples.values as Uint8Array;
      predict(model, images).forEach(({ label, probabilities }, i) => {
        const { features } = examples;
        const image = images.subarray(i * features, (i + 1) * features);
        const steps = softmaxArithmetic(model, image);
        expect(steps.probabilities).toEqual(probabilities);
        expect(steps.label).toBe(label);
        expect(steps.exponentials[label]).toBe(1);
      });
    }),
    { numRuns: 200 },
  );
});

test('contributions by hand', () => {
  expect(pixelContributions(model, [128, 64], 0)).toEqual({
    pixels: Float64Array.of(0.5, 0),
    bias: 0.25,
    sum: 0.75,
  });
  expect(pixelContributions(model, [128, 64], 1, 2)).toEqual({
    pixels: Float64Array.of(0.5, 0.5),
    bias: -0.5,
    sum: 0.5,
  });
});

test('contributions add up to the score, to the bit', () => {
  fc.assert(
    fc.property(problems, fc.nat(), fc.nat(), ({ model, examples }, one, two) => {
      const { features, classes } = examples;
      const image = (examples.values as Uint8Array).subarray(0, features);
      const [label, other] = [one % classes, two % classes];
      const { scores } = softmaxArithmetic(model, image);
      const { pixels, bias, sum } = pixelContributions(model, image, label);
      expect(sum).toBe(scores[label]);
      expect(pixels.reduce((total, value) => total + value, bias)).toBe(sum);
      image.forEach((pixel, i) => {
        if (pixel === 0) expect(pixels[i]).toBe(0);
      });

      const lead = pixelContributions(model, image, label, other);
      const difference = (scores[label] as number) - (scores[other] as number);
      expect(Math.abs(lead.sum - difference)).toBeLessThan(1e-13 * features * 256);
      const back = pixelContributions(model, image, other, label);
      back.pixels.forEach((value, i) => {
        expect(value + (lead.pixels[i] as number)).toBe(0);
      });
    }),
    { numRuns: 300 },
  );
});

test.each([0, 1, 3])('an image of %d pixels is refused', (length) => {
  const refusal = expect.objectContaining({
    name: 'ModelError',
    code: 'MODEL_DATA_MISMATCH',
    message: `image: expected 2 pixels, found ${length}`,
  });
  const image = new Uint8Array(length);
  expect(() => softmaxArithmetic(model, image)).toThrow(refusal);
  expect(() => pixelContributions(model, image, 0)).toThrow(refusal);
});

test.each([-1, 3, 0.5, Number.NaN])('class %d is refused', (index) => {
  const refusal = expect.objectContaining({
    code: 'MODEL_DATA_MISMATCH',
    message: `class: expected a whole number from 0 to 2, found ${index}`,
  });
  expect(() => pixelContributions(model, [1, 2], index)).toThrow(refusal);
  expect(() => pixelContributions(model, [1, 2], 0, index)).toThrow(refusal);
});
