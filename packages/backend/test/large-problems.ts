import fc from 'fast-check';
import { type Examples, type Parameters, zeroParameters } from '../src/index.js';
import { uniform } from './problems.js';

/** A problem with a way to go through it. */
export interface LargeProblem {
  readonly examples: Examples;
  readonly parameters: Parameters;
  readonly minibatch: number;
  /** Rows of each step, in turn. */
  readonly steps: readonly { start: number; end: number }[];
  readonly order: Int32Array | undefined;
  /** Whether the engine is told that the examples are used once. */
  readonly once: boolean;
}

/** Problems of any shape and density, with minibatches on both sides of whatever sizes an engine may treat apart. */
export const largeProblems: fc.Arbitrary<LargeProblem> = fc
  .record({
    count: fc.integer({ min: 1, max: 700 }),
    features: fc.integer({ min: 1, max: 70 }),
    classes: fc.integer({ min: 2, max: 40 }),
    density: fc.constantFrom(0, 0.02, 0.2, 0.5, 0.74, 0.8, 1),
    minibatch: fc.integer({ min: 1, max: 800 }),
    bytes: fc.boolean(),
    shuffled: fc.boolean(),
    once: fc.boolean(),
    cuts: fc.array(fc.nat(), { maxLength: 3 }),
    seed: fc.integer({ min: 1, max: 2 ** 31 - 2 }),
  })
  .map(({ count, features, classes, density, minibatch, bytes, shuffled, once, cuts, seed }) => {
    const next = uniform(seed);
    const value = () => (next() < density ? next() : 0);
    const examples: Examples = {
      values: bytes
        ? Uint8Array.from({ length: count * features }, () => 255 * value())
        : Float32Array.from({ length: count * features }, () => 2 * value()),
      scale: bytes ? 256 : 2,
      labels: Uint8Array.from({ length: count }, () => next() * classes),
      count,
      features,
      classes,
    };
    const parameters: Parameters = {
      ...zeroParameters(features, classes),
      weights: Float32Array.from({ length: features * classes }, () => next() - 0.5),
      bias: Float32Array.from({ length: classes }, () => next() - 0.5),
    };
    const whole = Array.from({ length: Math.floor(count / minibatch) }, (_, i) => ({
      start: i * minibatch,
      end: (i + 1) * minibatch,
    }));
    const odd = cuts.map((cut) => {
      const start = cut % count;
      return { start, end: start + 1 + (cut % (count - start)) };
    });
    const steps = [...whole.slice(0, 4), ...odd, { start: 0, end: count }];
    const order = shuffled ? shuffle(count, next) : undefined;
    return { examples, parameters, minibatch, steps, order, once };
  });

function shuffle(count: number, next: () => number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}
