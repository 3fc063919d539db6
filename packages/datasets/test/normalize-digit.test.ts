import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type GrayImage, normalizeDigit } from '../src/index.js';

const SIDE = 28;

interface Stroke {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly value: number;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function blank(width: number, height: number, value = 0): GrayImage {
  return { width, height, data: new Uint8Array(width * height).fill(value) };
}

function draw(size: number, strokes: readonly Stroke[]): GrayImage {
  const image = blank(size, size);
  for (const { x, y, width, height, value } of strokes) {
    for (let row = y; row < y + height; row++) {
      image.data.fill(value, row * size + x, row * size + x + width);
    }
  }
  return image;
}

function inverted({ width, height, data }: GrayImage): GrayImage {
  return { width, height, data: data.map((value) => 255 - value) };
}

function enlarged({ width, height, data }: GrayImage, factor: number): GrayImage {
  const large = blank(width * factor, height * factor);
  for (let index = 0; index < large.data.length; index++) {
    const x = Math.floor((index % large.width) / factor);
    const y = Math.floor(index / large.width / factor);
    large.data[index] = data[y * width + x] as number;
  }
  return large;
}

/** The picture on a larger black ground. */
function placed(image: GrayImage, left: number, top: number, right: number, bottom: number) {
  const width = left + image.width + right;
  const ground = blank(width, top + image.height + bottom);
  for (let y = 0; y < image.height; y++) {
    const row = image.data.subarray(y * image.width, (y + 1) * image.width);
    ground.data.set(row, (top + y) * width + left);
  }
  return ground;
}

/** Where the pixels that are not zero are. */
function inkBox({ width, data }: GrayImage): Box {
  const points = [...data.entries()].filter(([, value]) => value > 0);
  const xs = points.map(([index]) => index % width);
  const ys = points.map(([index]) => Math.floor(index / width));
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { left, top, width: Math.max(...xs) - left + 1, height: Math.max(...ys) - top + 1 };
}

/** In pixels counted from 0, so that a lone pixel is its own center. */
function centerOfMass({ width, data }: GrayImage): { x: number; y: number } {
  const mass = data.reduce((sum, value) => sum + value, 0);
  let [x, y] = [0, 0];
  for (const [index, value] of data.entries()) {
    x += (value * (index % width)) / mass;
    y += (value * Math.floor(index / width)) / mass;
  }
  return { x, y };
}

function normalized(image: GrayImage): GrayImage {
  const data = normalizeDigit(image);
  expect(data.length).toBe(SIDE * SIDE);
  return { width: SIDE, height: SIDE, data };
}

/** The bytes of `b` moved by whole pixels, against those of `a`. */
function largestDifference(a: GrayImage, b: GrayImage, moveX: number, moveY: number): number {
  const moved = (x: number, y: number) =>
    x < 0 || y < 0 || x >= SIDE || y >= SIDE ? 0 : (b.data[y * SIDE + x] as number);
  return a.data.reduce((largest, value, index) => {
    const [x, y] = [index % SIDE, Math.floor(index / SIDE)];
    return Math.max(largest, Math.abs(value - moved(x + moveX, y + moveY)));
  }, 0);
}

// At least three pixels thick, and no fainter than a quarter of the brightest: all of it counts as ink at any scale here.
const strokes = fc.array(
  fc.record({
    x: fc.integer({ min: 1, max: 29 }),
    y: fc.integer({ min: 1, max: 29 }),
    width: fc.integer({ min: 3, max: 20 }),
    height: fc.integer({ min: 3, max: 20 }),
    value: fc.integer({ min: 64, max: 255 }),
  }),
  { minLength: 1, maxLength: 5 },
);

/** A few overlapping bars on a black ground of 50 x 50 pixels, none at the border. */
const glyph = strokes.map((bars) => draw(50, bars));

/** Any pixels at all. */
const noise = fc
  .tuple(fc.integer({ min: 1, max: 32 }), fc.integer({ min: 1, max: 32 }))
  .chain(([width, height]) =>
    fc
      .uint8Array({ minLength: width * height, maxLength: width * height })
      .map((data): GrayImage => ({ width, height, data })),
  );

function borderMean({ width, height, data }: GrayImage): number {
  const border = [...data].filter((_, index) => {
    const [x, y] = [index % width, Math.floor(index / width)];
    return x === 0 || y === 0 || x === width - 1 || y === height - 1;
  });
  return border.reduce((sum, value) => sum + value, 0) / border.length;
}

describe('a picture of 28 x 28', () => {
  const square = fc
    .uint8Array({ minLength: SIDE * SIDE, maxLength: SIDE * SIDE })
    .map((data): GrayImage => ({ width: SIDE, height: SIDE, data }));

  test('with a dark ground is given back as it is, as a copy', () => {
    fc.assert(
      fc.property(square, (image) => {
        fc.pre(borderMean(image) < 127.5);
        const result = normalizeDigit(image);
        expect(result).toEqual(image.data);
        expect(result).not.toBe(image.data);
      }),
    );
  });

  test('with a light ground is inverted and nothing else, and stays itself as it was', () => {
    fc.assert(
      fc.property(square, (image) => {
        fc.pre(borderMean(image) > 127.5);
        const before = image.data.slice();
        expect(normalizeDigit(image)).toEqual(inverted(image).data);
        expect(image.data).toEqual(before);
      }),
    );
  });
});

describe('the ground', () => {
  test('a picture and its inverse give the same, whatever is in them', () => {
    fc.assert(
      fc.property(noise, (image) => {
        fc.pre(borderMean(image) !== 127.5);
        expect(normalizeDigit(inverted(image))).toEqual(normalizeDigit(image));
      }),
      { numRuns: 300 },
    );
  });

  test('is told from the mean of the border: the threshold is the middle of 0 and 255', () => {
    const digit = draw(30, [{ x: 10, y: 10, width: 10, height: 10, value: 200 }]);
    const lighter = { ...digit, data: digit.data.map((value) => value || 128) };
    const darker = { ...digit, data: digit.data.map((value) => value || 127) };
    // On 128 the square is what is dark, on 127 what is light.
    expect(Math.max(...normalizeDigit(lighter))).toBe(127);
    expect(Math.max(...normalizeDigit(darker))).toBe(200);
  });

  test.each([
    [40, 40],
    [28, 28],
    [1, 1],
    [1, 50],
    [50, 1],
    [0, 0],
    [0, 5],
  ])('nothing but ground, %d x %d, gives all zero', (width, height) => {
    const zero = new Uint8Array(SIDE * SIDE);
    expect(normalizeDigit(blank(width, height, 0))).toEqual(zero);
    expect(normalizeDigit(blank(width, height, 255))).toEqual(zero);
  });
});

describe('the result', () => {
  test('fits 20 x 20 pixels with the proportions of the ink', () => {
    fc.assert(
      fc.property(glyph, (image) => {
        const ink = inkBox(image);
        const { width, height } = inkBox(normalized(image));
        const longest = Math.max(ink.width, ink.height);
        expect(Math.max(width, height)).toBe(20);
        expect(Math.abs(width - (20 * ink.width) / longest)).toBeLessThanOrEqual(0.5);
        expect(Math.abs(height - (20 * ink.height) / longest)).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  test('has its center of mass within 0.75 pixel of pixel (14, 14), where the ink lets it', () => {
    let centered = 0;
    fc.assert(
      fc.property(glyph, (image) => {
        const result = normalized(image);
        const box = inkBox(result);
        const { x, y } = centerOfMass(result);
        const atSide = box.left === 0 || box.left + box.width === SIDE;
        const atTop = box.top === 0 || box.top + box.height === SIDE;
        // Half a pixel along an axis is the best that whole pixels can do.
        if (!atSide) expect(Math.abs(x - 14)).toBeLessThanOrEqual(0.5 + 1e-9);
        if (!atTop) expect(Math.abs(y - 14)).toBeLessThanOrEqual(0.5 + 1e-9);
        if (atSide || atTop) return;
        expect(Math.hypot(x - 14, y - 14)).toBeLessThanOrEqual(0.75);
        centered += 1;
      }),
      { numRuns: 200 },
    );
    expect(centered).toBeGreaterThan(150);
  });

  test('stays whole where most of the ink is at one end', () => {
    const image = draw(50, [
      { x: 5, y: 5, width: 3, height: 20, value: 255 },
      { x: 8, y: 24, width: 17, height: 1, value: 64 },
    ]);
    const result = normalized(image);
    expect(inkBox(result)).toEqual({ left: 8, top: 4, width: 20, height: 20 });
    expect(result.data.reduce((sum, value) => sum + value, 0)).toBe(3 * 20 * 255 + 17 * 64);
  });

  test('is the ink pixel for pixel where it is 20 long already', () => {
    // Two bars that make a 20 x 10 box. Its center is the corner of four pixels, which goes to the upper left of (14, 14).
    const image = draw(64, [
      { x: 30, y: 7, width: 20, height: 5, value: 250 },
      { x: 30, y: 12, width: 20, height: 5, value: 250 },
    ]);
    const result = draw(SIDE, [{ x: 4, y: 9, width: 20, height: 10, value: 250 }]);
    expect(normalized(image)).toEqual(result);
  });

  test('averages the pixels that fall on one', () => {
    const checkers = blank(40, 40);
    for (let index = 0; index < 1600; index++) {
      checkers.data[index] = (index + Math.floor(index / 40)) % 2 === 0 ? 200 : 100;
    }
    const result = normalized(placed(checkers, 3, 3, 3, 3));
    expect(result).toEqual(draw(SIDE, [{ x: 4, y: 4, width: 20, height: 20, value: 150 }]));
  });

  test('enlarges what is small', () => {
    const dot = normalized(draw(9, [{ x: 4, y: 4, width: 1, height: 1, value: 90 }]));
    expect(dot).toEqual(draw(SIDE, [{ x: 4, y: 4, width: 20, height: 20, value: 90 }]));
    const line = normalized(draw(90, [{ x: 40, y: 4, width: 1, height: 80, value: 255 }]));
    expect(inkBox(line)).toMatchObject({ width: 1, height: 20 });
  });

  test('leaves out what is fainter than an eighth of the brightest pixel', () => {
    const digit = { x: 10, y: 10, width: 8, height: 8, value: 240 };
    const speck = { x: 40, y: 40, width: 1, height: 1 };
    const clean = normalizeDigit(draw(50, [digit]));
    expect(normalizeDigit(draw(50, [digit, { ...speck, value: 29 }]))).toEqual(clean);
    expect(normalizeDigit(draw(50, [digit, { ...speck, value: 30 }]))).not.toEqual(clean);
  });
});

describe('the same digit', () => {
  const margin = fc.integer({ min: 0, max: 30 });

  test('elsewhere in the picture gives the same', () => {
    fc.assert(
      fc.property(glyph, margin, margin, margin, margin, (image, ...margins) => {
        expect(normalizeDigit(placed(image, ...margins))).toEqual(normalizeDigit(image));
      }),
    );
  });

  test('enlarged gives the same, but for rounding', () => {
    fc.assert(
      fc.property(glyph, fc.integer({ min: 2, max: 4 }), (image, factor) => {
        const small = normalized(image);
        const large = normalized(enlarged(image, factor));
        // A byte rounded otherwise may tip a center of mass that lies between two pixels to the other one.
        const moves = [-1, 0, 1].flatMap((y) => [-1, 0, 1].map((x) => [x, y] as const));
        const differences = moves.map(([x, y]) => largestDifference(small, large, x, y));
        expect(Math.min(...differences)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('any pixels at all give 28 x 28 bytes, none brighter than the brightest', () => {
    fc.assert(
      fc.property(noise, (image) => {
        const data = normalizeDigit(image);
        expect(data.length).toBe(SIDE * SIDE);
        const light = borderMean(image) > 127.5;
        const brightest = Math.max(...(light ? inverted(image) : image).data);
        expect(Math.max(...data)).toBeLessThanOrEqual(brightest);
      }),
    );
  });
});
