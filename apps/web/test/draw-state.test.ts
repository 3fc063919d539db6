import { drawDigits, normalizeDigit, rasterizeStrokes } from '@softreg/datasets';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  beginStroke,
  canUndo,
  clear,
  drawing,
  endStroke,
  extendStroke,
  isEmpty,
  PAD_SIDE,
  PEN_WIDTH,
  pixels,
  startFrom,
  undo,
} from '../src/draw/drawing.js';
import { pen, pressKey, putPenAt } from '../src/draw/pen.js';
import { percentOf } from '../src/draw/percent.js';
import { decimal, small } from '../src/explain/numbers.js';

beforeEach(() => {
  clear();
  putPenAt(PAD_SIDE / 2, PAD_SIDE / 2);
});

describe('the pad', () => {
  test('begins empty, and there is nothing to read', () => {
    expect(isEmpty.value).toBe(true);
    expect(pixels.value).toBeUndefined();
    undo();
    clear();
    expect(canUndo.value).toBe(false);
  });

  test('has strokes, each until it ends, without steps that are too short', () => {
    extendStroke(1, 1);
    expect(isEmpty.value).toBe(true);
    beginStroke(10, 20);
    extendStroke(10.5, 20);
    extendStroke(30, 20);
    endStroke();
    extendStroke(50, 20);
    beginStroke(5, 5);
    expect(drawing.value.strokes).toEqual([
      [10, 20, 30, 20],
      [5, 5],
    ]);
  });

  test('a stroke that was undone or cleared away is not drawn on', () => {
    beginStroke(10, 20);
    extendStroke(30, 20);
    endStroke();
    beginStroke(40, 40);
    undo();
    extendStroke(80, 40);
    expect(drawing.value.strokes).toEqual([[10, 20, 30, 20]]);
    beginStroke(40, 40);
    clear();
    extendStroke(80, 40);
    expect(isEmpty.value).toBe(true);
    undo();
    expect(drawing.value.strokes).toHaveLength(2);
  });

  test('two hundred steps can be undone', () => {
    for (let index = 0; index < 210; index++) beginStroke(index % 140, 50);
    for (let index = 0; index < 199; index++) undo();
    expect(canUndo.value).toBe(true);
    undo();
    expect(canUndo.value).toBe(false);
    expect(drawing.value.strokes).toHaveLength(10);
  });

  test('is read as MNIST would have prepared it', () => {
    beginStroke(40, 30);
    extendStroke(100, 30);
    extendStroke(60, 120);
    const size = { width: PAD_SIDE, height: PAD_SIDE, strokeWidth: PEN_WIDTH };
    const picture = rasterizeStrokes([[40, 30, 100, 30, 60, 120]], size);
    expect(pixels.value).toEqual(normalizeDigit(picture));
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])('starts from the digit %d', (digit) => {
    startFrom(digit);
    const { images, labels } = drawDigits({ part: 'test', count: 10 });
    const start = 784 * [...labels].indexOf(digit);
    expect(pixels.value).toEqual(images.subarray(start, start + 784));
    beginStroke(3, 3);
    expect(drawing.value.example).toBeDefined();
    expect(pixels.value).not.toEqual(images.subarray(start, start + 784));
    undo();
    expect(pixels.value).toEqual(images.subarray(start, start + 784));
    undo();
    expect(isEmpty.value).toBe(true);
  });

  test('a stroke on an example joins it, five units of the pad to a pixel', () => {
    startFrom(2);
    const example = pixels.value as Uint8Array;
    beginStroke(20, 120);
    extendStroke(60, 100);
    const size = { width: PAD_SIDE, height: PAD_SIDE, strokeWidth: PEN_WIDTH };
    const { data } = rasterizeStrokes([[20, 120, 60, 100]], size);
    for (const [index, value] of example.entries()) {
      const [left, top] = [5 * (index % 28), 5 * Math.floor(index / 28)];
      for (let y = top; y < top + 5; y++) {
        for (let x = left; x < left + 5; x++) {
          data[y * PAD_SIDE + x] = Math.max(value, data[y * PAD_SIDE + x] as number);
        }
      }
    }
    expect(pixels.value).toEqual(normalizeDigit({ width: PAD_SIDE, height: PAD_SIDE, data }));
  });
});

describe('keys', () => {
  const plain = { ctrlKey: false, metaKey: false, altKey: false, repeat: false };
  const press = (key: string, ...held: string[]) =>
    pressKey({ ...plain, key }, new Set([key, ...held].filter((name) => name.startsWith('Arrow'))));

  test('arrows move the pen, two at once aslant, and not off the pad', () => {
    const { x, y } = pen.value;
    expect(press('ArrowRight')).toBe(true);
    expect(pen.value).toEqual({ x: x + 4, y, isDown: false });
    press('ArrowUp', 'ArrowLeft');
    expect(pen.value).toEqual({ x, y: y - 4, isDown: false });
    for (let time = 0; time < 50; time++) press('ArrowDown', 'ArrowLeft');
    expect(pen.value).toEqual({ x: 0, y: PAD_SIDE, isDown: false });
    expect(isEmpty.value).toBe(true);
  });

  test.each([' ', 'Enter'])('%j puts the pen down and up, once while it is held', (key) => {
    const { x, y } = pen.value;
    press(key);
    pressKey({ ...plain, key, repeat: true }, new Set());
    expect(pen.value.isDown).toBe(true);
    press('ArrowRight');
    press(key);
    press('ArrowRight');
    expect(drawing.value.strokes).toEqual([[x, y, x + 4, y]]);
  });

  test.each([{ ctrlKey: true }, { metaKey: true }])(
    '%j and z undo and lift the pen',
    (modifier) => {
      press(' ');
      expect(pressKey({ ...plain, ...modifier, key: 'Z' }, new Set())).toBe(true);
      expect(pen.value.isDown).toBe(false);
      press('ArrowRight');
      expect(drawing.value.strokes).toEqual([]);
    },
  );

  test('Escape clears and lifts the pen', () => {
    press(' ');
    press('ArrowRight');
    expect(press('Escape')).toBe(true);
    press('ArrowRight');
    expect(isEmpty.value).toBe(true);
    expect(pen.value.isDown).toBe(false);
  });

  test('others are left to the page', () => {
    expect(press('Tab')).toBe(false);
    expect(press('z')).toBe(false);
    expect(pressKey({ ...plain, ctrlKey: true, key: 'ArrowLeft' }, new Set())).toBe(false);
    expect(pressKey({ ...plain, ctrlKey: true, altKey: true, key: 'z' }, new Set())).toBe(false);
    expect(pressKey({ ...plain, altKey: true, key: ' ' }, new Set())).toBe(false);
    expect(isEmpty.value).toBe(true);
  });
});

test.each([
  [0, '0.0\u00a0%'],
  [1e-9, '<\u00a00.1\u00a0%'],
  [0.00049, '<\u00a00.1\u00a0%'],
  [0.0005, '0.1\u00a0%'],
  [0.1234, '12.3\u00a0%'],
  [0.9994, '99.9\u00a0%'],
  [0.99951, '>\u00a099.9\u00a0%'],
  [1, '100.0\u00a0%'],
])('a share of %d is %s', (share, text) => {
  expect(percentOf(share)).toBe(text);
});

test.each([
  [0, '0.000', '0.0000'],
  [1.23456, '1.235', '1.2346'],
  [0.0009876, '0.001', '9.88e−4'],
  [1.5e-12, '0.000', '1.50e−12'],
  [0.001, '0.001', '0.0010'],
])('%d is %s, or %s', (value, fixed, few) => {
  expect(decimal(value)).toBe(fixed);
  expect(small(value)).toBe(few);
});

test('below zero there is a minus, but for what is shown as zero', () => {
  expect(decimal(-1.5)).toBe('−1.500');
  expect(decimal(-0.0004)).toBe('0.000');
});
