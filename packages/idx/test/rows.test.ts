import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  blobAccess,
  encodeGzippedIdx,
  encodeIdx,
  type IdxArray,
  openRandomRows,
  openSequentialRows,
  type RandomAccess,
} from '../src/index.js';
import { arbitraryArray, bytesOf } from './arbitrary-array.js';
import { arbitraryChunks, chunked } from './chunked.js';

const withRows = arbitraryArray.filter(
  ({ shape: [count, ...rest] }) => count === 0 || (count !== undefined && !rest.includes(0)),
);

const IMAGES: IdxArray = {
  type: 'uint8',
  shape: [5, 2, 3],
  data: Uint8Array.from({ length: 30 }, (_, i) => i),
};
const FILE = encodeIdx(IMAGES);

function rowsOf({ shape, data }: IdxArray, start: number, end: number): Uint8Array {
  const bytes = bytesOf(data);
  const rowBytes = bytes.length / Math.max(1, shape[0] as number);
  return bytes.subarray(start * rowBytes, end * rowBytes);
}

function accessTo(bytes: Uint8Array): RandomAccess {
  return blobAccess(new Blob([bytes as BlobPart]));
}

describe('rows at any place', () => {
  test('are those of the whole array', async () => {
    await fc.assert(
      fc.asyncProperty(withRows, fc.nat(), fc.nat(), async (array, a, b) => {
        const rows = await openRandomRows(accessTo(encodeIdx(array)));
        const count = array.shape[0] as number;
        expect(rows).toMatchObject({ type: array.type, shape: array.shape, count });
        const [x, y] = [a % (count + 1), b % (count + 1)];
        const [start, end] = [Math.min(x, y), Math.max(x, y)];
        const part = await rows.read(start, end);
        expect(part.type).toBe(array.type);
        expect(part.shape).toEqual([end - start, ...array.shape.slice(1)]);
        expect(bytesOf(part.data)).toEqual(rowsOf(array, start, end));
      }),
      { numRuns: 1000 },
    );
  });

  test('ask for their own bytes alone', async () => {
    const asked: [number, number][] = [];
    const source = accessTo(FILE);
    const rows = await openRandomRows({
      byteLength: source.byteLength,
      slice: (start, end) => {
        asked.push([start, end]);
        return source.slice(start, end);
      },
    });
    expect(rows.rowBytes).toBe(6);
    await rows.read(2, 4);
    expect(asked).toEqual([
      [0, 4],
      [0, 16],
      [28, 40],
    ]);
  });

  test.each([
    [-1, 2],
    [3, 2],
    [0, 6],
    [0.5, 2],
    [0, Number.NaN],
  ])('%d to %d are refused', async (start, end) => {
    const rows = await openRandomRows(accessTo(FILE));
    await expect(rows.read(start, end)).rejects.toThrow(
      new RangeError(`expected rows within 0 to 5, found ${start} to ${end}`),
    );
  });

  test('of a file that has become shorter are a truncated file', async () => {
    let bytes = FILE;
    const rows = await openRandomRows({
      byteLength: FILE.length,
      slice: async (start, end) => bytes.slice(start, end),
    });
    bytes = FILE.subarray(0, 30);
    expect((await rows.read(0, 2)).shape).toEqual([2, 2, 3]);
    await expect(rows.read(1, 4)).rejects.toMatchObject({ code: 'IDX_TRUNCATED', offset: 30 });
  });
});

describe('rows in order', () => {
  test.each([
    ['raw', encodeIdx],
    ['gzipped', encodeGzippedIdx],
  ])(
    'are those of the whole array, in blocks and from chunks of any size, %s',
    async (_, encode) => {
      await fc.assert(
        fc.asyncProperty(
          withRows,
          fc.integer({ min: 1, max: 7 }),
          arbitraryChunks,
          async (array, size, sizes) => {
            const rows = await openSequentialRows(chunked(await encode(array), sizes));
            const count = array.shape[0] as number;
            expect(rows).toMatchObject({ type: array.type, shape: array.shape, count });
            let start = 0;
            for await (const block of rows.blocks(size)) {
              const end = Math.min(start + size, count);
              expect(block.type).toBe(array.type);
              expect(block.shape).toEqual([end - start, ...array.shape.slice(1)]);
              expect(bytesOf(block.data)).toEqual(rowsOf(array, start, end));
              start = end;
            }
            expect(start).toBe(count);
          },
        ),
        { numRuns: 1000 },
      );
    },
  );

  test('take from the source one chunk ahead at most, and close it when left early', async () => {
    let given = 0;
    let isClosed = false;
    const stream = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          controller.enqueue(FILE.slice(given, given + 1));
          given += 1;
        },
        cancel() {
          isClosed = true;
        },
      },
      { highWaterMark: 0 },
    );
    const rows = await openSequentialRows(stream);
    for await (const block of rows.blocks(2)) {
      expect(block.data).toEqual(Uint8Array.from({ length: 12 }, (_, i) => i));
      break;
    }
    expect(given).toBeGreaterThanOrEqual(16 + 12);
    expect(given).toBeLessThanOrEqual(16 + 12 + 1);
    expect(isClosed).toBe(true);
  });

  test.each([0, -1, 1.5, Number.NaN])('blocks of %d rows are refused', async (size) => {
    const rows = await openSequentialRows(FILE);
    await expect(rows.blocks(size).next()).rejects.toThrow(RangeError);
    await rows.close();
  });
});

describe('damaged files', () => {
  const edited = (...changes: [position: number, byte: number][]) => {
    const copy = FILE.slice();
    for (const [position, byte] of changes) copy[position] = byte;
    return copy;
  };
  const cases: [string, Uint8Array, string][] = [
    ['an empty file', new Uint8Array(0), 'IDX_TRUNCATED'],
    ['half a magic number', FILE.subarray(0, 3), 'IDX_TRUNCATED'],
    ['a magic number that does not begin with zero', edited([0, 1]), 'IDX_BAD_MAGIC'],
    ['an element type that does not exist', edited([2, 0x0a]), 'IDX_UNKNOWN_TYPE'],
    ['half a header', FILE.subarray(0, 11), 'IDX_TRUNCATED'],
    ['a missing last byte', FILE.subarray(0, -1), 'IDX_TRUNCATED'],
    ['a byte too many', Uint8Array.of(...FILE, 0), 'IDX_TRAILING_BYTES'],
    ['a count smaller than the data', edited([7, 4]), 'IDX_TRAILING_BYTES'],
    ['a count of none', edited([7, 0]), 'IDX_TRAILING_BYTES'],
    ['a count larger than the data', edited([7, 6]), 'IDX_TRUNCATED'],
    ['2^32 - 1 rows', edited([4, 255], [5, 255], [6, 255], [7, 255]), 'IDX_TRUNCATED'],
    ['a single number', Uint8Array.of(0, 0, 8, 0, 7), 'IDX_NO_ROWS'],
    [
      '2^32 - 1 rows of nothing',
      Uint8Array.of(0, 0, 8, 2, 255, 255, 255, 255, 0, 0, 0, 0),
      'IDX_NO_ROWS',
    ],
    [
      'rows of nothing, and of more than there are numbers',
      Uint8Array.of(0, 0, 8, 66, 0, 0, 0, 3, ...new Array(256).fill(255), 0, 0, 0, 0),
      'IDX_NO_ROWS',
    ],
  ];

  const walk = async (bytes: Uint8Array) => {
    const rows = await openSequentialRows(bytes);
    for await (const _ of rows.blocks(2));
  };

  test.each(cases)('%s', async (_, bytes, code) => {
    await expect(openRandomRows(accessTo(bytes))).rejects.toMatchObject({ code });
    await expect(walk(bytes)).rejects.toMatchObject({ code });
  });

  test('a gzipped file that is cut, or has a flipped bit', async () => {
    const file = await encodeGzippedIdx(IMAGES);
    await expect(walk(file.subarray(0, -9))).rejects.toMatchObject({ code: 'IDX_BAD_GZIP' });
    const flipped = file.slice();
    flipped[file.length - 6] = (flipped[file.length - 6] as number) ^ 1;
    await expect(walk(flipped)).rejects.toMatchObject({ code: 'IDX_BAD_GZIP' });
  });

  test('no rows, each of more bytes than there are numbers', async () => {
    const shape = [0, ...new Array(254).fill(2 ** 32 - 1)];
    const file = encodeIdx({ type: 'uint8', shape, data: new Uint8Array(0) });
    const asked: number[] = [];
    const rows = await openRandomRows({
      byteLength: file.length,
      slice: async (start, end) => {
        asked.push(start, end);
        return file.slice(start, end);
      },
    });
    expect(await rows.read(0, 0)).toEqual({ type: 'uint8', shape, data: new Uint8Array(0) });
    expect(asked.every(Number.isSafeInteger), `${asked}`).toBe(true);
    await walk(file);
  });

  test('a block that would not fit into memory is not begun', async () => {
    // A row of 2^40 bytes, of a stream that would go on for as long.
    const head = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 16, 0, 0, 0, 16, 0, 0);
    let given = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(given++ === 0 ? head : new Uint8Array(2 ** 16));
      },
    });
    const rows = await openSequentialRows(stream);
    await expect(rows.blocks(1).next()).rejects.toMatchObject({
      code: 'IDX_TOO_LARGE',
      expected: 'blocks of at most 1073741824 bytes',
      found: '1 rows of 1099511627776 bytes',
    });
    expect(given).toBeLessThan(9);
  });

  test('maxBytes bounds the file, maxBlockBytes a block of it', async () => {
    const code = 'IDX_TOO_LARGE';
    await expect(openSequentialRows(FILE, { maxBytes: 45 })).rejects.toMatchObject({ code });
    const rows = await openSequentialRows(FILE, { maxBytes: 46, maxBlockBytes: 12 });
    await expect(rows.blocks(3).next()).rejects.toMatchObject({ code });
    const others = await openSequentialRows(FILE, { maxBytes: 46, maxBlockBytes: 12 });
    expect((await others.blocks(2).next()).value?.shape).toEqual([2, 2, 3]);
    await others.close();
  });
});
