import { describe, expect, test } from 'vitest';
import { contactSheet, type GrayImage } from '../src/index.js';

/** 2 x 2 pixels, of which the last is one more than the others. */
const image = (value: number): GrayImage => ({
  width: 2,
  height: 2,
  data: Uint8Array.of(value, value, value, value + 1),
});

function rows({ width, height, data }: GrayImage): string[] {
  return Array.from({ length: height }, (_, y) => data.subarray(y * width, (y + 1) * width).join());
}

describe('contactSheet', () => {
  test('puts images in rows, in order, with a gap between and around', () => {
    const images = [10, 20, 30].map(image);
    expect(rows(contactSheet(images, { columns: 2, gap: 1, ground: 7 }))).toEqual([
      '7,7,7,7,7,7,7',
      '7,10,10,7,20,20,7',
      '7,10,11,7,20,21,7',
      '7,7,7,7,7,7,7',
      '7,30,30,7,7,7,7',
      '7,30,31,7,7,7,7',
      '7,7,7,7,7,7,7',
    ]);
  });

  test('is no wider than its images need', () => {
    expect(rows(contactSheet([image(1)], { columns: 10, gap: 0 }))).toEqual(['1,1', '1,2']);
    const { width, height } = contactSheet(Array.from({ length: 25 }, () => image(0)));
    expect([width, height]).toEqual([2 + 10 * 4, 2 + 3 * 4]);
  });

  test.each([
    [[], {}, /at least 1 image, found none/],
    [
      [image(1), { width: 1, height: 2, data: new Uint8Array(2) }],
      {},
      /images of 2 x 2 pixels, found one of 1 x 2/,
    ],
    [[image(1)], { columns: 0 }, /columns .* at least 1, found 0/],
    [[image(1)], { columns: 1.5 }, /columns .* found 1.5/],
    [[image(1)], { gap: -1 }, /a gap .* at least 0, found -1/],
  ])('refuses %#', (images, options, message) => {
    expect(() => contactSheet(images, options)).toThrow(message);
    expect(() => contactSheet(images, options)).toThrow(RangeError);
  });
});
