import { expect, test } from 'vitest';
import { decodeIdx, encodeIdx, type IdxArray, parseIdxHeader, readIdx } from '../src/index.js';

// Written out by hand from the description of the format: magic, dimensions, then big-endian elements.
const FILES: [string, number[], IdxArray][] = [
  [
    'uint8 matrix',
    [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 1, 7, 255],
    { type: 'uint8', shape: [2, 1], data: Uint8Array.of(7, 255) },
  ],
  [
    'int8 vector',
    [0, 0, 9, 1, 0, 0, 0, 2, 0xff, 0x80],
    { type: 'int8', shape: [2], data: Int8Array.of(-1, -128) },
  ],
  [
    'int16 vector',
    [0, 0, 11, 1, 0, 0, 0, 2, 0x01, 0x02, 0xff, 0xfe],
    { type: 'int16', shape: [2], data: Int16Array.of(258, -2) },
  ],
  [
    'int32 scalar',
    [0, 0, 12, 0, 0x01, 0x02, 0x03, 0x04],
    { type: 'int32', shape: [], data: Int32Array.of(16909060) },
  ],
  [
    'float32 vector',
    [0, 0, 13, 1, 0, 0, 0, 1, 0x3f, 0xc0, 0, 0],
    { type: 'float32', shape: [1], data: Float32Array.of(1.5) },
  ],
  [
    'float64 of rank 3',
    [0, 0, 14, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0xc0, 0x04, 0, 0, 0, 0, 0, 0],
    { type: 'float64', shape: [1, 1, 1], data: Float64Array.of(-2.5) },
  ],
  [
    'no elements',
    [0, 0, 8, 2, 0, 0, 0, 0, 255, 255, 255, 255],
    { type: 'uint8', shape: [0, 2 ** 32 - 1], data: new Uint8Array(0) },
  ],
];

test.each(FILES)('%s', async (_, bytes, array) => {
  const file = Uint8Array.from(bytes);
  expect(encodeIdx(array)).toEqual(file);
  expect(decodeIdx(file)).toEqual(array);
  expect(await readIdx(new Blob([file]))).toEqual(array);
});

test('the header alone gives type, shape and sizes', () => {
  const header = Uint8Array.of(0, 0, 8, 3, 0, 0, 0xea, 0x60, 0, 0, 0, 28, 0, 0, 0, 28);
  expect(parseIdxHeader(header)).toEqual({
    type: 'uint8',
    shape: [60000, 28, 28],
    headerBytes: 16,
    totalBytes: 47_040_016,
  });
});

test('elements of one byte are a view of the file, not a copy', () => {
  const file = encodeIdx({ type: 'uint8', shape: [2], data: Uint8Array.of(1, 2) });
  expect(decodeIdx(file).data.buffer).toBe(file.buffer);
});
