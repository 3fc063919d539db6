import fc from 'fast-check';
import { expect, test } from 'vitest';
import { solvePositive } from '../src/explain/solve-positive.js';

test('the solution put into the equations gives their right sides', () => {
  const entries = (length: number) =>
    fc.array(fc.integer({ min: -9, max: 9 }), { minLength: length, maxLength: length });
  fc.assert(
    fc.property(
      fc
        .integer({ min: 0, max: 9 })
        .chain((size) =>
          fc.tuple(fc.array(entries(size), { minLength: size, maxLength: size }), entries(size)),
        ),
      ([factor, right]) => {
        // A matrix times its transpose, and 1 in the diagonal: symmetric, and positive definite.
        const matrix = factor.map((a, i) =>
          factor.map((b, j) =>
            a.reduce((sum, value, k) => sum + value * (b[k] as number), i === j ? 1 : 0),
          ),
        );
        const x = solvePositive(matrix, right);
        for (const [i, row] of matrix.entries()) {
          const left = row.reduce((sum, value, j) => sum + value * (x[j] as number), 0);
          expect(Math.abs(left - (right[i] as number))).toBeLessThan(1e-8);
        }
      },
    ),
    { numRuns: 500 },
  );
});
