import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ranksOf, topErrors } from '../src/index.js';

test('ranks by hand: the first of equal probabilities is the more probable one', () => {
  const probabilities = [0.7, 0.2, 0.1, 0.4, 0.4, 0.2, 0.4, 0.4, 0.2, 0.1, 0.2, 0.7];
  expect(ranksOf([0, 0, 1, 0], probabilities, 3)).toEqual([2, 1, 1]);
  expect(topErrors([2, 1, 1], 1)).toEqual({ errors: 2, count: 4 });
  expect(topErrors([2, 1, 1], 2)).toEqual({ errors: 1, count: 4 });
  expect(topErrors([2, 1, 1], 3)).toEqual({ errors: 0, count: 4 });
  expect(topErrors([2, 1, 1], 9)).toEqual({ errors: 0, count: 4 });
  expect(() => topErrors([1], 0)).toThrow(RangeError);
  expect(() => topErrors([1], 1.5)).toThrow(RangeError);
});

describe('for any probabilities', () => {
  test('an actual class is among the k most probable ones where a stable sort has it there', () => {
    const cases = fc.integer({ min: 2, max: 6 }).chain((classes) =>
      fc.record({
        classes: fc.constant(classes),
        rows: fc.array(
          fc.record({
            label: fc.nat(classes - 1),
            // Few values, so that many are equal.
            values: fc.array(fc.constantFrom(0, 0.1, 0.2, 0.5), {
              minLength: classes,
              maxLength: classes,
            }),
          }),
          { maxLength: 20 },
        ),
        k: fc.integer({ min: 1, max: 7 }),
      }),
    );
    fc.assert(
      fc.property(cases, ({ classes, rows, k }) => {
        const labels = rows.map(({ label }) => label);
        const ranks = ranksOf(
          labels,
          rows.flatMap(({ values }) => values),
          classes,
        );
        const missed = rows.filter(({ label, values }) => {
          const order = values.map((_, i) => i);
          order.sort((a, b) => (values[b] as number) - (values[a] as number));
          return !order.slice(0, k).includes(label);
        });
        expect(topErrors(ranks, k)).toEqual({ errors: missed.length, count: rows.length });
      }),
      { numRuns: 300 },
    );
  });
});
