import { describe, expect, test } from 'vitest';
import {
  decodeIdx,
  encodeGzippedIdx,
  encodeIdx,
  type IdxArray,
  IdxError,
  readIdx,
} from '../src/index.js';

const ARRAY: IdxArray = { type: 'uint8', shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
const FILE = encodeIdx(ARRAY);

function edited(...changes: [position: number, byte: number][]): Uint8Array {
  const copy = FILE.slice();
  for (const [position, byte] of changes) copy[position] = byte;
  return copy;
}

const DAMAGED: [string, Uint8Array, string, number][] = [
  ['an empty file', new Uint8Array(0), 'IDX_TRUNCATED', 0],
  ['half a magic number', FILE.subarray(0, 3), 'IDX_TRUNCATED', 3],
  ['a magic number that does not begin with zero', edited([0, 1]), 'IDX_BAD_MAGIC', 0],
  ['a magic number with a second byte', edited([1, 1]), 'IDX_BAD_MAGIC', 0],
  ['an element type that does not exist', edited([2, 0x0a]), 'IDX_UNKNOWN_TYPE', 2],
  ['half a header', FILE.subarray(0, 11), 'IDX_TRUNCATED', 11],
  ['a missing last byte', FILE.subarray(0, FILE.length - 1), 'IDX_TRUNCATED', 17],
  ['a byte too many', Uint8Array.of(...FILE, 0), 'IDX_TRAILING_BYTES', 18],
  ['a count smaller than the data', edited([7, 1]), 'IDX_TRAILING_BYTES', 15],
  ['a count larger than the data', edited([7, 3]), 'IDX_TRUNCATED', 18],
];

describe.each(DAMAGED)('%s', (_, bytes, code, offset) => {
  test('decoded at once', () => {
    expect(() => decodeIdx(bytes)).toThrowError(expect.objectContaining({ code, offset }));
  });

  test('read from bytes', async () => {
    await expect(readIdx(bytes)).rejects.toMatchObject({ code, offset });
  });

  test('read from a stream', async () => {
    const stream = new Response(bytes as BodyInit).body as ReadableStream<Uint8Array>;
    await expect(readIdx(stream)).rejects.toMatchObject({ code, offset });
  });

  test('read from a gzipped file', async () => {
    await expect(readIdx(await gzip(bytes))).rejects.toMatchObject({ code });
  });
});

describe('sizes in the header are not believed', () => {
  const unbounded = { maxBytes: Number.POSITIVE_INFINITY };
  const claims: [string, number[]][] = [
    ['2^31 - 1 images', [2 ** 31 - 1, 28]],
    ['2^31 images', [2 ** 31, 28]],
    ['2^32 - 1 by 2^32 - 1', [2 ** 32 - 1, 2 ** 32 - 1]],
    ['a product of 2^32, which is 0 in 32 bits', [2 ** 16, 2 ** 16]],
    ['a product of 2^64, which is 0 in 64 bits', [2 ** 16, 2 ** 16, 2 ** 16, 2 ** 16]],
    ['a product beyond all numbers', new Array(255).fill(2 ** 32 - 1)],
  ];
  const fileOf = (dimensions: readonly number[], ...data: number[]) => {
    const head = new Uint8Array(4 + 4 * dimensions.length);
    head.set([0, 0, 8, dimensions.length]);
    const view = new DataView(head.buffer);
    for (const [axis, size] of dimensions.entries()) view.setUint32(4 + 4 * axis, size);
    return Uint8Array.of(...head, ...data);
  };

  test.each(claims)('%s, raw', async (_, dimensions) => {
    const file = fileOf(dimensions, 1, 2, 3);
    await expect(readIdx(file)).rejects.toMatchObject({ code: 'IDX_TOO_LARGE' });
    const error = (await readIdx(file).catch((reason: unknown) => reason)) as IdxError;
    expect(error.message.length).toBeLessThan(200);
    await expect(readIdx(file, unbounded)).rejects.toMatchObject({ code: 'IDX_TRUNCATED' });
    expect(() => decodeIdx(file)).toThrow(`(at byte ${file.length})`);
  });

  test.each(claims)('%s, gzipped', async (_, dimensions) => {
    const file = await gzip(fileOf(dimensions, 1, 2, 3));
    await expect(readIdx(file)).rejects.toMatchObject({ code: 'IDX_TOO_LARGE' });
    await expect(readIdx(file, unbounded)).rejects.toMatchObject({ code: 'IDX_TRUNCATED' });
  });

  test('maxBytes is a bound on the raw file', async () => {
    await expect(readIdx(FILE, { maxBytes: 17 })).rejects.toMatchObject({ code: 'IDX_TOO_LARGE' });
    await expect(readIdx(FILE, { maxBytes: 18 })).resolves.toEqual(ARRAY);
  });
});

describe('damaged gzip', () => {
  test('every truncation', async () => {
    const file = await encodeGzippedIdx(ARRAY);
    for (let length = 2; length < file.length; length++) {
      await expect(readIdx(file.subarray(0, length))).rejects.toSatisfy(IdxError.isInstance);
    }
  });

  test('every flipped bit is an error or the same array', async () => {
    const file = await encodeGzippedIdx(ARRAY);
    let refused = 0;
    for (let bit = 0; bit < 8 * file.length; bit++) {
      const copy = file.slice();
      copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
      try {
        expect(await readIdx(copy)).toEqual(ARRAY);
      } catch (error) {
        if (!IdxError.isInstance(error)) throw error;
        refused += 1;
      }
    }
    // Only the time stamp, the flags and the name of the operating system may change unnoticed.
    expect(refused).toBeGreaterThanOrEqual(8 * (file.length - 7));
  });
});

describe('arrays that do not fit the format', () => {
  const cases: [string, unknown][] = [
    ['data of another type', { type: 'uint8', shape: [1], data: Int16Array.of(1) }],
    ['an unknown type', { type: 'toString', shape: [1], data: Uint8Array.of(1) }],
    ['too few elements', { type: 'uint8', shape: [2, 2], data: Uint8Array.of(1, 2, 3) }],
    ['a negative dimension', { type: 'uint8', shape: [-1, -1], data: Uint8Array.of(1) }],
    ['half a dimension', { type: 'uint8', shape: [0.5, 2], data: Uint8Array.of(1) }],
    ['a rank of 256', { type: 'uint8', shape: new Array(256).fill(1), data: Uint8Array.of(1) }],
  ];

  test.each(cases)('%s', (_, array) => {
    expect(() => encodeIdx(array as IdxArray)).toThrowError(
      expect.objectContaining({ code: 'IDX_INVALID_ARRAY' }),
    );
  });
});

async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const compressor = new CompressionStream('gzip') as ReadableWritablePair<Uint8Array, Uint8Array>;
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(compressor);
  return new Uint8Array(await new Response(stream as BodyInit).arrayBuffer());
}
