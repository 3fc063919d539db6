import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type GrayImage, normalizeDigit, rasterizeStrokes } from '../src/index.js';

const SIZE = { width: 40, height: 40 };

/** Light in an image, in pixels. */
function inkOf({ data }: GrayImage): number {
  return data.reduce((sum, value) => sum + value, 0) / 255;
}

/** From the nearest point of a chain of lines, by trying many of its points. */
function distanceTo(stroke: readonly number[], x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index + 1 < stroke.length; index += 2) {
    const [x1, y1] = stroke.slice(index, index + 2) as [number, number];
    const [x0, y0] = index === 0 ? [x1, y1] : (stroke.slice(index - 2, index) as [number, number]);
    for (let step = 0; step <= 400; step++) {
      const share = step / 400;
      const [px, py] = [x0 + share * (x1 - x0), y0 + share * (y1 - y0)];
      least = Math.min(least, Math.hypot(px - x, py - y));
    }
  }
  return least;
}

const coordinate = (min: number, max: number) =>
  fc.integer({ min: 16 * min, max: 16 * max }).map((value) => value / 16);

const strokesIn = (min: number, max: number) =>
  fc.array(
    fc
      .array(fc.tuple(coordinate(min, max), coordinate(min, max)), { minLength: 1, maxLength: 5 })
      .map((points) => points.flat()),
    { minLength: 1, maxLength: 4 },
  );

const widths = fc.integer({ min: 1, max: 160 }).map((value) => value / 8);

describe('a line', () => {
  /**
   * Pixels see an edge, a ramp of slope 1 and one pixel long, at places that lie at most 1 apart across it, and 1 / sqrt(2) on a diagonal, where
   * all rows see it alike. By Euler and Maclaurin the sum is off by at most spacing squared / 2 x 1/4 there: 1/16 a unit of length for
   * each of two edges. On other lines the rows' errors cancel, but for a few at the ends.
   */
  const DIAGONAL_ERROR = 2 / 16;

  test('holds as much light as its area, but for what a diagonal lets its pixels miss', () => {
    fc.assert(
      fc.property(
        fc.tuple(coordinate(20, 80), coordinate(20, 80), coordinate(20, 80), coordinate(20, 80)),
        fc.double({ min: 8, max: 30, noNaN: true }),
        ([x0, y0, x1, y1], strokeWidth) => {
          const image = rasterizeStrokes([[x0, y0, x1, y1]], {
            width: 100,
            height: 100,
            strokeWidth,
          });
          const radius = strokeWidth / 2;
          const length = Math.hypot(x1 - x0, y1 - y0);
          const caps = Math.PI * radius ** 2;
          const off = Math.abs(inkOf(image) - (strokeWidth * length + caps));
          expect(off).toBeLessThan(DIAGONAL_ERROR * length + 0.01 * caps + 1);
        },
      ),
      { numRuns: 300, examples: [[[79.8125, 27.125, 37.4375, 69.5], 8]] },
    );
  });

  test.each([0.1, 0.25, 0.5, 1, 1.5, 2, 3])('of width %d has that of its width', (strokeWidth) => {
    const options = { width: 60, height: 30, strokeWidth };
    const across = rasterizeStrokes([[-10, 14.5, 70, 14.5]], options);
    const row = (y: number) => across.data[y * 60 + 30] as number;
    const light = Array.from({ length: 30 }, (_, y) => row(y)).reduce((a, b) => a + b, 0) / 255;
    expect(Math.abs(light - strokeWidth)).toBeLessThan(2 / 255);
  });
});

test('a pixel is lit by its distance from the pen: wholly within, not at all without', () => {
  fc.assert(
    fc.property(strokesIn(-10, 50), widths, (strokes, strokeWidth) => {
      const { data } = rasterizeStrokes(strokes, { ...SIZE, strokeWidth });
      for (let index = 0; index < data.length; index += 7) {
        const [x, y] = [(index % 40) + 0.5, Math.floor(index / 40) + 0.5];
        const distance = Math.min(...strokes.map((stroke) => distanceTo(stroke, x, y)));
        // The points tried are at most 0.22 apart, so that the nearest one is at most that nearer.
        const light = (d: number) =>
          Math.min(1, strokeWidth, Math.max(0, strokeWidth / 2 + 0.5 - d));
        expect((data[index] as number) / 255).toBeGreaterThan(light(distance) - 0.003);
        expect((data[index] as number) / 255).toBeLessThan(light(distance - 0.22) + 0.003);
      }
    }),
    { numRuns: 60 },
  );
});

test('the bytes of one drawing are those of a program in Python', () => {
  const { data } = rasterizeStrokes(
    [
      [1, 1, 5.25, 2.5],
      [3, 5],
    ],
    {
      width: 7,
      height: 6,
      strokeWidth: 1.5,
    },
  );
  const rows = Array.from({ length: 6 }, (_, y) => [...data.subarray(7 * y, 7 * y + 7)]);
  expect(rows).toEqual([
    [138, 156, 71, 0, 0, 0, 0],
    [138, 241, 255, 227, 142, 57, 0],
    [0, 0, 85, 170, 255, 255, 0],
    [0, 0, 0, 0, 15, 56, 0],
    [0, 0, 138, 138, 0, 0, 0],
    [0, 0, 138, 138, 0, 0, 0],
  ]);
});

describe('a drawing', () => {
  const flip = ({ width, height, data }: GrayImage) =>
    data.map((_, i) => data[i - (i % width) + width - 1 - (i % width)] ?? height);

  test('in a mirror is its mirror image, and turned over its transpose', () => {
    fc.assert(
      fc.property(strokesIn(-10, 50), widths, (strokes, strokeWidth) => {
        const image = rasterizeStrokes(strokes, { ...SIZE, strokeWidth });
        const mirrored = strokes.map((stroke) => stroke.map((v, i) => (i % 2 === 0 ? 40 - v : v)));
        const turned = strokes.map((stroke) => stroke.map((_, i) => stroke[i ^ 1] as number));
        const draw = (of: number[][]) => rasterizeStrokes(of, { ...SIZE, strokeWidth }).data;
        // Where a line leaves the picture, it is cut at another place by a rounding.
        const near = (a: Uint8Array, b: Uint8Array) =>
          a.every((value, i) => Math.abs(value - (b[i] as number)) <= 1);
        expect(near(draw(mirrored), flip(image))).toBe(true);
        const transposed = image.data.map(
          (_, i) => image.data[(i % 40) * 40 + Math.floor(i / 40)] ?? 0,
        );
        expect(near(draw(turned), transposed)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test('does not depend on the order of its strokes, and has the brighter one where they meet', () => {
    fc.assert(
      fc.property(strokesIn(-10, 50), widths, (strokes, strokeWidth) => {
        const options = { ...SIZE, strokeWidth };
        const all = rasterizeStrokes(strokes, options);
        expect(rasterizeStrokes(strokes.toReversed(), options)).toEqual(all);
        const each = strokes.map((stroke) => rasterizeStrokes([stroke], options).data);
        expect(all.data).toEqual(
          all.data.map((_, i) => Math.max(...each.map((one) => one[i] ?? 0))),
        );
      }),
      { numRuns: 100 },
    );
  });

  test('is cut at the border: a larger one has the same pixels there', () => {
    fc.assert(
      fc.property(strokesIn(-60, 100), widths, (strokes, strokeWidth) => {
        const image = rasterizeStrokes(strokes, { ...SIZE, strokeWidth });
        const moved = strokes.map((stroke) => stroke.map((value) => value + 80));
        const large = rasterizeStrokes(moved, { width: 200, height: 200, strokeWidth });
        image.data.forEach((value, i) => {
          const there = large.data[(80 + Math.floor(i / 40)) * 200 + 80 + (i % 40)] as number;
          expect(Math.abs(value - there)).toBeLessThanOrEqual(1);
        });
      }),
      { numRuns: 100 },
    );
  });

  test('of no strokes is black, as is that of a stroke without points', () => {
    const options = { width: 3, height: 2, strokeWidth: 5 };
    const black = { width: 3, height: 2, data: new Uint8Array(6) };
    expect(rasterizeStrokes([], options)).toEqual(black);
    expect(rasterizeStrokes([[]], options)).toEqual(black);
  });

  test('of a point is a dot', () => {
    const image = rasterizeStrokes([[20, 15]], { ...SIZE, strokeWidth: 16 });
    expect(inkOf(image)).toBeGreaterThan(0.99 * Math.PI * 64);
    expect(inkOf(image)).toBeLessThan(1.01 * Math.PI * 64);
    expect(image.data[15 * 40 + 20]).toBe(255);
    expect(image.data[24 * 40 + 20]).toBe(0);
  });
});

test('any finite numbers give an image', () => {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(
      fc.array(
        fc.array(fc.tuple(number, number), { maxLength: 4 }).map((points) => points.flat()),
        { maxLength: 3 },
      ),
      fc.double({ min: 0, max: 4096, minExcluded: true, noNaN: true }),
      (strokes, strokeWidth) => {
        const image = rasterizeStrokes(strokes, { width: 9, height: 5, strokeWidth });
        expect(image.data).toHaveLength(45);
        expect(normalizeDigit(image)).toHaveLength(784);
      },
    ),
    { numRuns: 2000 },
  );
});

test.each([
  [[[-1e308, 2.5, 1e308, 2.5]], 'across'],
  [[[4.5, 1e308, 4.5, -1e308]], 'down'],
  [[[-1e300, 2.5, 4.5, 2.5, 4.5, 1e300]], 'around a corner'],
])('%j, from far outside, passes through (%s)', (strokes) => {
  const { data } = rasterizeStrokes(strokes, { width: 9, height: 5, strokeWidth: 1 });
  expect(data[2 * 9 + 4]).toBe(255);
});

test.each([
  [-1e308, 1e308],
  [-1e308, 0.7e308],
  [0.9e308, -1e308],
  [-1e300, 1e17],
])('a line from %d to %d lights all on its way', (from, to) => {
  const options = { width: 9, height: 5, strokeWidth: 1 };
  const across = rasterizeStrokes([[from, 2.5, to, 2.5]], options);
  expect([...across.data.subarray(18, 27)]).toEqual(new Array(9).fill(255));
  const down = rasterizeStrokes([[4.5, from, 4.5, to]], options);
  expect([0, 1, 2, 3, 4].map((y) => down.data[9 * y + 4])).toEqual(new Array(5).fill(255));
});

test.each([
  [{ width: 0 }, 'expected a width that is a whole number from 1 to 4096, found 0'],
  [{ width: 4097 }, 'expected a width that is a whole number from 1 to 4096, found 4097'],
  [{ height: 2.5 }, 'expected a height that is a whole number from 1 to 4096, found 2.5'],
  [{ strokeWidth: 0 }, 'expected a stroke width above 0, at most 4096, found 0'],
  [{ strokeWidth: 4097 }, 'expected a stroke width above 0, at most 4096, found 4097'],
  [{ strokeWidth: Number.NaN }, 'expected a stroke width above 0, at most 4096, found NaN'],
])('%j is refused', (change, message) => {
  const options = { ...SIZE, strokeWidth: 2, ...change };
  expect(() => rasterizeStrokes([[1, 1]], options)).toThrow(new RangeError(message));
});

test.each([
  [[1], 'expected a stroke of x, y, x, y and so on, found 1 numbers'],
  [[1, 2, 3], 'expected a stroke of x, y, x, y and so on, found 3 numbers'],
  [[1, Number.NaN], 'expected points of finite numbers, found NaN'],
  [[1, 2, Number.NEGATIVE_INFINITY, 4], 'expected points of finite numbers, found -Infinity'],
])('a stroke of %j is refused', (stroke, message) => {
  expect(() => rasterizeStrokes([stroke], { ...SIZE, strokeWidth: 2 })).toThrow(
    new RangeError(message),
  );
});
