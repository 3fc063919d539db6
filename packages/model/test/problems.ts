import type { Examples } from '@softreg/backend';
import fc from 'fast-check';
import type { SoftmaxRegression } from '../src/index.js';

export interface Problem {
  readonly model: SoftmaxRegression;
  readonly examples: Examples;
}

/** A model with parameters of ordinary size, and images of its shape: bytes, some of them zero. */
export const problems: fc.Arbitrary<Problem> = fc
  .record({
    count: fc.integer({ min: 1, max: 12 }),
    imageHeight: fc.integer({ min: 1, max: 4 }),
    imageWidth: fc.integer({ min: 1, max: 4 }),
    classes: fc.integer({ min: 2, max: 6 }),
    pixelScale: fc.constantFrom(1, 255, 256),
    seed: fc.integer({ min: 1, max: 2 ** 31 - 2 }),
  })
  .map(({ count, imageHeight, imageWidth, classes, pixelScale, seed }) => {
    const next = uniform(seed);
    const features = imageHeight * imageWidth;
    const floats = (length: number) => Float32Array.from({ length }, () => 2 * next() - 1);
    const model: SoftmaxRegression = {
      parameters: { features, classes, weights: floats(features * classes), bias: floats(classes) },
      imageHeight,
      imageWidth,
      classNames: Array.from({ length: classes }, (_, k) => `class ${k}`),
      pixelScale,
      receipt: {},
    };
    const values = Uint8Array.from({ length: count * features }, () =>
      next() < 0.4 ? 0 : 255 * next(),
    );
    const labels = Uint8Array.from({ length: count }, () => next() * classes);
    return { model, examples: { values, scale: pixelScale, labels, count, features, classes } };
  });

/** Park and Miller's minimal standard generator: the same problem for the same seed, everywhere. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** A model of 2 x 1 pixels and 3 classes. */
export function smallModel(changes: Partial<SoftmaxRegression> = {}): SoftmaxRegression {
  return {
    parameters: {
      features: 2,
      classes: 3,
      weights: Float32Array.of(1, 2, 3, 4, 5, 6),
      bias: Float32Array.of(0, 0, 0),
    },
    imageHeight: 2,
    imageWidth: 1,
    classNames: ['a', 'b', 'c'],
    pixelScale: 256,
    receipt: {},
    ...changes,
  };
}
