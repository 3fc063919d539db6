import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calibrationBins, expectedCalibrationError } from '../src/index.js';

/** Two classes; the first is predicted, with that confidence. */
function predicted(confidences: readonly number[], right: readonly boolean[]) {
  return calibrationBins(
    right.map((isRight) => (isRight ? 0 : 1)),
    confidences.map(() => 0),
    confidences.flatMap((confidence) => [confidence, 1 - confidence]),
    2,
  );
}

test('by hand', () => {
  // 4 predictions of confidence 0.75, 3 right; 2 of 1, both right; 1 of 0.6, wrong.
  const bins = predicted(
    [0.75, 0.75, 0.75, 0.75, 1, 1, 0.6],
    [true, true, true, false, true, true, false],
  );
  expect(bins).toHaveLength(15);
  expect(bins[11]).toEqual({ count: 4, hits: 3, confidence: 3 });
  expect(bins[14]).toEqual({ count: 2, hits: 2, confidence: 2 });
  expect(bins[8]).toEqual({ count: 1, hits: 0, confidence: 0.6 });
  expect(expectedCalibrationError(bins)).toBeCloseTo(0.6 / 7, 12);
});

test('nothing at all has no error', () => {
  expect(expectedCalibrationError(predicted([], []))).toBeNaN();
});

describe('for any predictions', () => {
  const cases = fc.array(fc.tuple(fc.double({ min: 0.5, max: 1, noNaN: true }), fc.boolean()), {
    minLength: 1,
    maxLength: 60,
  });

  test('it is the gap between confidence and hits, bin by bin', () => {
    fc.assert(
      fc.property(cases, (rows) => {
        const bins = predicted(
          rows.map(([confidence]) => confidence),
          rows.map(([, right]) => right),
        );
        let expected = 0;
        for (let b = 0; b < 15; b++) {
          const inside = rows.filter(([c]) => c * 15 > b && c * 15 <= b + 1);
          if (inside.length === 0) continue;
          const accuracy = inside.filter(([, right]) => right).length / inside.length;
          const confidence = inside.reduce((sum, [c]) => sum + c, 0) / inside.length;
          expected += (inside.length / rows.length) * Math.abs(accuracy - confidence);
        }
        expect(expectedCalibrationError(bins)).toBeCloseTo(expected, 10);
      }),
    );
  });

  test('it is 0 for those that are right as often as they say', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(20), (count, some) => {
        const hits = Math.max(Math.ceil(count / 2), Math.min(count, some));
        const confidences = new Array(count).fill(hits / count);
        const right = confidences.map((_, i) => i < hits);
        expect(expectedCalibrationError(predicted(confidences, right))).toBeCloseTo(0, 12);
      }),
    );
  });
});
