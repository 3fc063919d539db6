import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeIdx, encodeGzippedIdx, encodeIdx, type IdxArray, readIdx } from '../src/index.js';
import { arbitraryArray, bytesOf } from './arbitrary-array.js';
import { arbitraryChunks, chunked } from './chunked.js';

const RUNS = { numRuns: 1000 };

describe('decode(encode(x)) is x to the bit', () => {
  test('raw', () => {
    fc.assert(
      fc.property(arbitraryArray, (array) => expectSame(decodeIdx(encodeIdx(array)), array)),
      RUNS,
    );
  });

  test('gzipped', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryArray, async (array) => {
        expectSame(await readIdx(await encodeGzippedIdx(array)), array);
      }),
      RUNS,
    );
  });
});

describe('any chunking of a stream reads like the whole', () => {
  test.each([
    ['raw', encodeIdx],
    ['gzipped', encodeGzippedIdx],
  ])('%s', async (_, encode) => {
    await fc.assert(
      fc.asyncProperty(arbitraryArray, arbitraryChunks, async (array, sizes) => {
        expectSame(await readIdx(chunked(await encode(array), sizes)), array);
      }),
      RUNS,
    );
  });
});

test('bytes within a larger buffer', () => {
  fc.assert(
    fc.property(arbitraryArray, fc.nat({ max: 9 }), (array, before) => {
      const file = encodeIdx(array);
      const around = new Uint8Array(before + file.length + 1).fill(0xee);
      around.set(file, before);
      expectSame(decodeIdx(around.subarray(before, before + file.length)), array);
    }),
    RUNS,
  );
});

test('a file may say that it has no rows, each of more bytes than there are numbers', () => {
  const shape = [0, ...new Array(254).fill(2 ** 32 - 1)];
  const array: IdxArray = { type: 'float64', shape, data: new Float64Array(0) };
  expectSame(decodeIdx(encodeIdx(array)), array);
  const turned: IdxArray = { ...array, shape: [...shape].reverse() };
  expectSame(decodeIdx(encodeIdx(turned)), turned);
});

function expectSame(decoded: IdxArray, array: IdxArray): void {
  expect(decoded.type).toBe(array.type);
  expect(decoded.shape).toEqual(array.shape);
  expect(bytesOf(decoded.data)).toEqual(bytesOf(array.data));
}
