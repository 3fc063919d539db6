import type { IdxArray } from '@softreg/idx';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createIdxSummarizer, describeIdx } from '../src/index.js';

describe('describeIdx', () => {
  test('images', () => {
    const data = Uint8Array.of(0, 0, 0, 10, 20, 30, 0, 255);
    expect(describeIdx({ type: 'uint8', shape: [2, 2, 2], data })).toEqual({
      type: 'uint8',
      shape: [2, 2, 2],
      elements: 8,
      min: 0,
      max: 255,
      mean: 39.375,
      zeros: 0.5,
    });
  });

  test('labels are counted, by value and without those that do not occur', () => {
    const data = Uint8Array.of(7, 2, 7, 0, 255, 7);
    expect(describeIdx({ type: 'uint8', shape: [6], data }).counts).toEqual([
      { value: 0, count: 1 },
      { value: 2, count: 1 },
      { value: 7, count: 3 },
      { value: 255, count: 1 },
    ]);
  });

  test('negative numbers and fractions', () => {
    const data = Float64Array.of(-2.5, 0, 1, 1.5);
    expect(describeIdx({ type: 'float64', shape: [4], data })).toEqual({
      type: 'float64',
      shape: [4],
      elements: 4,
      min: -2.5,
      max: 1.5,
      mean: 0,
      zeros: 0.25,
    });
  });

  test('no elements have no figures, and no labels no counts', () => {
    const figures = { elements: 0, min: undefined, max: undefined, mean: undefined };
    expect(
      describeIdx({ type: 'uint8', shape: [0, 28, 28], data: new Uint8Array(0) }),
    ).toStrictEqual({
      type: 'uint8',
      shape: [0, 28, 28],
      ...figures,
      zeros: undefined,
    });
    expect(describeIdx({ type: 'uint8', shape: [0], data: new Uint8Array(0) }).counts).toEqual([]);
  });

  test.each([[[Number.NaN, 1, 2]], [[1, Number.NaN, 2]], [[1, 2, Number.NaN]]])(
    'NaN spoils minimum, maximum and mean wherever it stands: %j',
    (values) => {
      const array: IdxArray = { type: 'float32', shape: [3], data: Float32Array.from(values) };
      expect(describeIdx(array)).toMatchObject({
        min: Number.NaN,
        max: Number.NaN,
        mean: Number.NaN,
        zeros: 0,
      });
    },
  );

  test('agrees with sorting, for any 16-bit integers', () => {
    fc.assert(
      fc.property(fc.int16Array({ minLength: 1, maxLength: 50 }), (data) => {
        const sorted = [...data].sort((a, b) => a - b);
        const summary = describeIdx({ type: 'int16', shape: [data.length], data });
        expect(summary.min).toBe(sorted[0]);
        expect(summary.max).toBe(sorted.at(-1));
        expect(summary.mean).toBeCloseTo(
          sorted.reduce((sum, value) => sum + value / data.length, 0),
          6,
        );
        expect(summary.zeros).toBe(sorted.filter((value) => value === 0).length / data.length);
        expect(summary.counts).toBeUndefined();
      }),
    );
  });

  test('the counts of any labels add up', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (data) => {
        const { counts = [] } = describeIdx({ type: 'uint8', shape: [data.length], data });
        const rebuilt = counts.flatMap(({ value, count }) => new Array<number>(count).fill(value));
        expect(rebuilt).toEqual([...data].sort((a, b) => a - b));
      }),
    );
  });
});

describe('createIdxSummarizer', () => {
  test('gives of blocks what describeIdx gives of the whole', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.int16Array({ maxLength: 60 })),
        fc.integer({ min: 1, max: 9 }),
        (data, block) => {
          const type = data instanceof Uint8Array ? 'uint8' : 'int16';
          const array = { type, shape: [data.length], data } as IdxArray;
          const summarizer = createIdxSummarizer(array);
          for (let start = 0; start < data.length; start += block) {
            summarizer.add(data.subarray(start, start + block));
          }
          expect(summarizer.summary()).toEqual(describeIdx(array));
        },
      ),
    );
  });
});
