import fc from 'fast-check';
import type { Examples, Parameters } from '../src/index.js';

/** A small problem of any shape: bytes or floats, some of them zero, with parameters of ordinary size. */
export const problems: fc.Arbitrary<{ examples: Examples; parameters: Parameters }> = fc
  .record({
    count: fc.integer({ min: 1, max: 12 }),
    features: fc.integer({ min: 1, max: 9 }),
    classes: fc.integer({ min: 2, max: 6 }),
    bytes: fc.boolean(),
    seed: fc.integer({ min: 1, max: 2 ** 31 - 2 }),
  })
  .map(({ count, features, classes, bytes, seed }) => {
    const next = uniform(seed);
    const sparse = () => (next() < 0.4 ? 0 : next());
    return {
      examples: {
        values: bytes
          ? Uint8Array.from({ length: count * features }, () => 255 * sparse())
          : Float32Array.from({ length: count * features }, () => 4 * sparse() - 2),
        scale: bytes ? 256 : 1,
        labels: Uint8Array.from({ length: count }, () => next() * classes),
        count,
        features,
        classes,
      },
      parameters: {
        features,
        classes,
        weights: Float32Array.from({ length: features * classes }, () => 2 * next() - 1),
        bias: Float32Array.from({ length: classes }, () => 2 * next() - 1),
      },
    };
  });

/** Park and Miller's minimal standard generator: the same problem for the same seed, everywhere. */
export function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

export function digits(count: number, seed = 1): Examples {
  const next = uniform(seed);
  return {
    values: Uint8Array.from({ length: count * 49 }, () => (next() < 0.8 ? 0 : 255 * next())),
    scale: 256,
    labels: Uint8Array.from({ length: count }, () => next() * 10),
    count,
    features: 49,
    classes: 10,
  };
}
