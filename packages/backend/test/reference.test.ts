import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lossAndGradient64, type Parameters64 } from '../src/reference/softmax.js';
import { problems } from './problems.js';

test('the reference gradient is that of finite differences', () => {
  fc.assert(
    fc.property(problems, ({ examples, parameters }) => {
      const rows = Array.from({ length: examples.count }, (_, i) => i);
      const at: Parameters64 = {
        ...parameters,
        weights: Float64Array.from(parameters.weights),
        bias: Float64Array.from(parameters.bias),
      };
      const { gradient } = lossAndGradient64(at, examples, rows);
      const step = 1e-5;
      for (const part of ['weights', 'bias'] as const) {
        for (let i = 0; i < at[part].length; i++) {
          const [up, down] = [step, -step].map((shift) => {
            const moved = { ...at, [part]: at[part].slice() };
            moved[part][i] = (moved[part][i] as number) + shift;
            return lossAndGradient64(moved, examples, rows).loss;
          });
          const slope = ((up as number) - (down as number)) / (2 * step);
          expect(Math.abs(slope - (gradient[part][i] as number))).toBeLessThan(1e-8);
        }
      }
    }),
    { numRuns: 100 },
  );
});

test('with all parameters zero the loss is log(classes)', () => {
  fc.assert(
    fc.property(problems, ({ examples }) => {
      const { features, classes, count } = examples;
      const zero = {
        features,
        classes,
        weights: new Float64Array(features * classes),
        bias: new Float64Array(classes),
      };
      const rows = Array.from({ length: count }, (_, i) => i);
      expect(lossAndGradient64(zero, examples, rows).loss).toBeCloseTo(Math.log(classes), 12);
    }),
  );
});
