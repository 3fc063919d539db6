import { describe, expect, test } from 'vitest';
import { shadeOf, terminalCells } from '../src/index.js';

const image = (width: number, ...pixels: number[]) => ({
  width,
  height: pixels.length / width,
  data: Uint8Array.from(pixels),
});

describe('terminalCells', () => {
  test('pairs rows', () => {
    expect(terminalCells(image(2, 1, 2, 3, 4, 5, 6, 7, 8))).toEqual([
      [
        { upper: 1, lower: 3 },
        { upper: 2, lower: 4 },
      ],
      [
        { upper: 5, lower: 7 },
        { upper: 6, lower: 8 },
      ],
    ]);
  });

  test('have nothing below the last row of an odd number', () => {
    expect(terminalCells(image(1, 9, 8, 7))).toEqual([
      [{ upper: 9, lower: 8 }],
      [{ upper: 7, lower: undefined }],
    ]);
  });

  test('of an image that is too wide are means of squares, cut at the edge', () => {
    // Columns 0 and 1, 2 and 3, 4 alone; rows 0 and 1, 2 alone.
    const wide = image(5, 0, 10, 20, 20, 5, 20, 10, 40, 41, 7, 100, 200, 0, 1, 255);
    expect(terminalCells(wide, 3)).toEqual([
      [
        { upper: 10, lower: 150 },
        { upper: 30, lower: 1 },
        { upper: 6, lower: 255 },
      ],
    ]);
    expect(terminalCells(wide, 5)).toEqual(terminalCells(wide));
    expect(terminalCells(wide, 4)[0]).toHaveLength(3);
  });
});

test('shadeOf goes from nothing to full in five steps', () => {
  const shades = [0, 64, 128, 191, 255].map((value) => shadeOf({ upper: value, lower: value }));
  expect(shades.join('')).toBe(' ░▒▓█');
  expect(shadeOf({ upper: 255, lower: 0 })).toBe('▒');
  expect(shadeOf({ upper: 255, lower: undefined })).toBe('▒');
});
