import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classMetrics, confusionMatrix, errorRate } from '../src/index.js';

test('an error rate is a share', () => {
  expect(errorRate({ errors: 720, count: 9600 })).toBe(0.075);
  expect(errorRate({ errors: 0, count: 1 })).toBe(0);
});

describe('by hand', () => {
  const labels = [0, 0, 0, 1, 1, 2];
  const predictions = [0, 0, 1, 1, 0, 0];

  test('a confusion matrix has a row for each actual class', () => {
    expect(confusionMatrix(labels, predictions, 3)).toEqual([
      [2, 1, 0],
      [1, 1, 0],
      [1, 0, 0],
    ]);
  });

  test('precision, recall and F1, and what is undefined', () => {
    const metrics = classMetrics(confusionMatrix(labels, predictions, 4));
    expect(metrics).toEqual([
      { support: 3, precision: 2 / 4, recall: 2 / 3, f1: 4 / 7 },
      { support: 2, precision: 1 / 2, recall: 1 / 2, f1: 2 / 4 },
      // Never predicted.
      { support: 1, precision: Number.NaN, recall: 0, f1: 0 },
      // Neither there nor predicted.
      { support: 0, precision: Number.NaN, recall: Number.NaN, f1: Number.NaN },
    ]);
  });

  test('a class that is predicted but not there has no recall', () => {
    expect(classMetrics(confusionMatrix([0, 0], [0, 1], 2))[1]).toEqual({
      support: 0,
      precision: 0,
      recall: Number.NaN,
      f1: 0,
    });
  });

  test('nothing at all', () => {
    expect(confusionMatrix([], [], 2)).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});

describe('for any labels and predictions', () => {
  const outcomes = fc.integer({ min: 1, max: 7 }).chain((classes) =>
    fc.record({
      classes: fc.constant(classes),
      pairs: fc.array(fc.tuple(fc.nat(classes - 1), fc.nat(classes - 1)), {
        minLength: 1,
        maxLength: 60,
      }),
    }),
  );

  test('the matrix counts each example once, and its diagonal the hits', () => {
    fc.assert(
      fc.property(outcomes, ({ classes, pairs }) => {
        const matrix = confusionMatrix(
          Uint8Array.from(pairs, ([label]) => label),
          Uint8Array.from(pairs, ([, prediction]) => prediction),
          classes,
        );
        expect(matrix).toHaveLength(classes);
        for (let actual = 0; actual < classes; actual++) {
          for (let predicted = 0; predicted < classes; predicted++) {
            const count = pairs.filter(([a, p]) => a === actual && p === predicted).length;
            expect(matrix[actual]?.[predicted]).toBe(count);
          }
        }
      }),
    );
  });

  test('recall weighted by support is accuracy, precision weighted by predictions too', () => {
    fc.assert(
      fc.property(outcomes, ({ classes, pairs }) => {
        const predictions = pairs.map(([, prediction]) => prediction);
        const metrics = classMetrics(
          confusionMatrix(
            pairs.map(([label]) => label),
            predictions,
            classes,
          ),
        );
        const accuracy = pairs.filter(([a, p]) => a === p).length / pairs.length;
        let byRecall = 0;
        let byPrecision = 0;
        metrics.forEach(({ support, recall, precision }, k) => {
          const predicted = predictions.filter((prediction) => prediction === k).length;
          expect(Number.isNaN(recall)).toBe(support === 0);
          expect(Number.isNaN(precision)).toBe(predicted === 0);
          byRecall += support === 0 ? 0 : (support * recall) / pairs.length;
          byPrecision += predicted === 0 ? 0 : (predicted * precision) / pairs.length;
        });
        expect(byRecall).toBeCloseTo(accuracy, 12);
        expect(byPrecision).toBeCloseTo(accuracy, 12);
        expect(metrics.reduce((sum, { support }) => sum + support, 0)).toBe(pairs.length);
      }),
    );
  });

  test('F1 is the harmonic mean of precision and recall, where there are hits', () => {
    fc.assert(
      fc.property(outcomes, ({ classes, pairs }) => {
        const matrix = confusionMatrix(
          pairs.map(([label]) => label),
          pairs.map(([, prediction]) => prediction),
          classes,
        );
        classMetrics(matrix).forEach(({ precision, recall, f1 }, k) => {
          if (matrix[k]?.[k] === 0) return;
          expect(f1).toBeCloseTo(2 / (1 / precision + 1 / recall), 12);
        });
      }),
    );
  });
});
