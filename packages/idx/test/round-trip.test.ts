import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeIdx, encodeGzippedIdx, encodeIdx, readIdx } from '../src/index.js';
import { arbitraryArray, bytesOf } from './arbitrary-array.js';

describe('decode(encode(x)) is x to the bit', () => {
  test('raw', () => {
    fc.assert(
      fc.property(arbitraryArray, (array) => {
        const decoded = decodeIdx(encodeIdx(array));
        expect(decoded.type).toBe(array.type);
        expect(decoded.shape).toEqual(array.shape);
        expect(bytesOf(decoded.data)).toEqual(bytesOf(array.data));
      }),
      { numRuns: 1000 },
    );
  });

  test('gzipped', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryArray, async (array) => {
        const decoded = await readIdx(await encodeGzippedIdx(array));
        expect(decoded.type).toBe(array.type);
        expect(decoded.shape).toEqual(array.shape);
        expect(bytesOf(decoded.data)).toEqual(bytesOf(array.data));
      }),
      { numRuns: 200 },
    );
  });
});

test('any chunking of a stream reads like the whole', async () => {
  await fc.assert(
    fc.asyncProperty(
      arbitraryArray,
      fc.boolean(),
      fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 8 }),
      async (array, gzipped, sizes) => {
        const file = gzipped ? await encodeGzippedIdx(array) : encodeIdx(array);
        const decoded = await readIdx(chunked(file, sizes));
        expect(decoded.shape).toEqual(array.shape);
        expect(bytesOf(decoded.data)).toEqual(bytesOf(array.data));
      },
    ),
    { numRuns: 300 },
  );
});

/** A stream of `file` in chunks whose sizes repeat; where all are 0, in chunks of 1. */
function chunked(file: Uint8Array, sizes: number[]): ReadableStream<Uint8Array> {
  const steps = sizes.some((size) => size > 0) ? sizes : [1];
  let start = 0;
  let turn = 0;
  return new ReadableStream({
    pull(controller) {
      if (start >= file.length) return controller.close();
      const end = start + (steps[turn++ % steps.length] as number);
      controller.enqueue(file.slice(start, end));
      start = end;
    },
  });
}
