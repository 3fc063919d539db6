import fc from 'fast-check';

/** Sizes of chunks, repeated to the end of a file: empty ones among them, or all of one byte, or one for all. */
export const arbitraryChunks: fc.Arbitrary<readonly number[]> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 8 }),
  },
  { weight: 1, arbitrary: fc.constant([1]) },
  { weight: 1, arbitrary: fc.constant([0, 1, 0]) },
  { weight: 1, arbitrary: fc.constant([2 ** 20]) },
);

/** A stream of `file` in chunks whose sizes repeat; where all are 0, in chunks of 1. */
export function chunked(file: Uint8Array, sizes: readonly number[]): ReadableStream<Uint8Array> {
  const steps = sizes.some((size) => size > 0) ? sizes : [...sizes, 1];
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
