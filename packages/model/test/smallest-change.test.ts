import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SoftmaxRegression, smallestChange, softmaxArithmetic } from '../src/index.js';
import { nearestByEnumeration } from './nearest-by-enumeration.js';
import { smallModel } from './problems.js';

function modelOf(weights: readonly number[], bias: readonly number[]): SoftmaxRegression {
  const [features, classes] = [weights.length / bias.length, bias.length];
  return smallModel({
    parameters: {
      features,
      classes,
      weights: Float32Array.from(weights),
      bias: Float32Array.from(bias),
    },
    imageHeight: features,
    imageWidth: 1,
    classNames: bias.map((_, k) => `class ${k}`),
    pixelScale: 1,
  });
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return Math.sqrt(sum);
}

const cases = fc
  .record({
    features: fc.integer({ min: 1, max: 4 }),
    classes: fc.integer({ min: 2, max: 4 }),
  })
  .chain(({ features, classes }) =>
    fc.record({
      weights: fc.array(fc.integer({ min: -6, max: 6 }), {
        minLength: features * classes,
        maxLength: features * classes,
      }),
      bias: fc.array(fc.integer({ min: -1500, max: 1500 }), {
        minLength: classes,
        maxLength: classes,
      }),
      image: fc.array(fc.oneof(fc.constantFrom(0, 255), fc.integer({ min: 0, max: 255 })), {
        minLength: features,
        maxLength: features,
      }),
      label: fc.integer({ min: 0, max: classes - 1 }),
    }),
  );

const sameClassTwice = [
  { weights: [3, 3], bias: [6, 6], image: [0], label: 1 },
  {
    weights: [1, -2, 1, -1, -1, 0, -1, -5],
    bias: [-1499, -984, -1499, 0],
    image: [0, 0],
    label: 2,
  },
];

test('is as near as the nearest of all candidates, is of the class, and is there whenever one is', () => {
  let [found, none] = [0, 0];
  fc.assert(
    fc.property(cases, ({ weights, bias, image, label }) => {
      const model = modelOf(weights, bias);
      const changed = smallestChange(model, image, label);
      if (softmaxArithmetic(model, image).label === label) {
        expect(changed).toEqual(Float64Array.from(image));
        return;
      }
      const least = nearestByEnumeration(model.parameters, image, label);
      if (changed === undefined) {
        none += 1;
        // On a border and no further: a tie, which may be another class.
        if (least !== undefined) {
          expect(nearestByEnumeration(model.parameters, image, label, 1e-3)).toBeUndefined();
        }
        return;
      }
      found += 1;
      expect(softmaxArithmetic(model, changed).label).toBe(label);
      expect(Math.min(...changed)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...changed)).toBeLessThanOrEqual(255);
      expect(least).toBeDefined();
      const length = distance(changed, image);
      expect(length).toBeGreaterThan((least as number) - 1e-6);
      const beyond = nearestByEnumeration(model.parameters, image, label, 1e-5);
      if (beyond !== undefined) expect(length).toBeLessThan(beyond);
    }),
    { numRuns: 3000, examples: sameClassTwice.map((example): [typeof example] => [example]) },
  );
  expect(found).toBeGreaterThan(500);
  expect(none).toBeGreaterThan(100);
});

describe('by hand', () => {
  test('two classes: along the difference of their weights, to the border', () => {
    const model = modelOf([4, 1, 0, 4], [0, 0]);
    // The normal is (-3, 4), of length 5; the score of class 0 is ahead by 3 x 100 - 4 x 50 = 100, so 20 levels are to go.
    const changed = smallestChange(model, [100, 50], 1) as Float64Array;
    expect(changed[0]).toBeCloseTo(88, 5);
    expect(changed[1]).toBeCloseTo(66, 5);
  });

  test('a pixel at its end leaves the rest to the others', () => {
    const model = modelOf([4, 1, 0, 4], [0, 0]);
    // To the line 3x = 4y.
    const changed = smallestChange(model, [255, 0], 1) as Float64Array;
    const expected = (12 * 255) / 25;
    expect(changed[0]).toBeCloseTo((4 * expected) / 3, 4);
    expect(changed[1]).toBeCloseTo(expected, 4);
    // Here it would go to -14: the second one alone goes from 50 to where y - 100 is 0.
    const dark = smallestChange(modelOf([4, 1, 0, 1], [100, 0]), [10, 50], 1) as Float64Array;
    expect(dark[0]).toBe(0);
    expect(dark[1]).toBeCloseTo(100, 5);
  });

  test('weights so small that only a larger step is seen', () => {
    const model = modelOf([1e-11, -1e-11, -1e-11, 1e-11], [0, 0]);
    const changed = smallestChange(model, [100, 50], 1) as Float64Array;
    expect(softmaxArithmetic(model, changed).label).toBe(1);
    expect(changed[0]).toBeCloseTo(75, 1);
    expect(changed[1]).toBeCloseTo(75, 1);
  });

  test('none where the biases decide', () => {
    expect(smallestChange(modelOf([1, 1, 1, 1], [2, 1]), [9, 9], 1)).toBeUndefined();
    expect(smallestChange(modelOf([0, 0, 0, 0], [0, 0]), [9, 9], 1)).toBeUndefined();
  });

  test('of two classes that are the same the first one has all images', () => {
    const model = modelOf([0, 1, 1], [7, 0, 0]);
    expect(smallestChange(model, [3], 1)?.[0]).toBeCloseTo(7, 5);
    expect(smallestChange(model, [3], 2)).toBeUndefined();
  });

  test('none where each other class can be left behind, but not all at once', () => {
    // Ahead of class 1 above 200, ahead of class 2 below 100.
    const model = modelOf([0, -1, 1], [0, 200, -100]);
    expect(smallestChange(model, [250], 0)).toBeUndefined();
    expect(smallestChange(modelOf([0, -1, 1], [0, 100, -200]), [250], 0)?.[0]).toBeCloseTo(200, 5);
  });
});

test('images as large as a digit: no direction within reach leads nearer', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 2 }), fc.nat({ max: 9 }), (seed, label) => {
      let state = seed;
      const next = () => {
        state = (state * 48271) % 2147483647;
        return state / 2147483647;
      };
      const weights = Array.from({ length: 784 * 10 }, () => (2 * next() - 1) / 256);
      const model = modelOf(weights, new Array(10).fill(0));
      const image = Float64Array.from({ length: 784 }, () =>
        next() < 0.8 ? 0 : Math.floor(256 * next()),
      );
      const changed = smallestChange(model, image, label) as Float64Array;
      expect(softmaxArithmetic(model, changed).label).toBe(label);
      const length = distance(changed, image);
      // The set is convex: the nearest point is the one from which no other point of the set lies at an acute angle to the way back.
      const other = image.map(() => 255 * next());
      const inSet = smallestChange(model, other, label) as Float64Array;
      const toward = image.reduce((sum, value, i) => {
        const at = changed[i] as number;
        return sum + (value - at) * ((inSet[i] as number) - at);
      }, 0);
      expect(toward / (1 + length)).toBeLessThan(1e-2);
    }),
    { numRuns: 100 },
  );
});

test('refusals', () => {
  expect(() => smallestChange(smallModel(), [1, 2, 3], 0)).toThrow(
    'image: expected 2 pixels, found 3',
  );
  expect(() => smallestChange(smallModel(), [1, 2], 3)).toThrow(
    'class: expected a whole number from 0 to 2, found 3',
  );
});
