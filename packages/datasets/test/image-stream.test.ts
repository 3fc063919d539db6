import {
  blobAccess,
  encodeGzippedIdx,
  encodeIdx,
  type IdxArray,
  openRandomRows,
  openSequentialRows,
} from '@softreg/idx';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ImageStreamOptions, type NamedRows, streamImages } from '../src/index.js';

const CLASSES = 7;

/** Image i has pixels that name it, and the label i modulo 7. */
function files(count: number): { images: IdxArray; labels: IdxArray } {
  return {
    images: {
      type: 'uint8',
      shape: [count, 2, 3],
      data: Uint8Array.from({ length: count * 6 }, (_, i) => (i % 6 < 2 ? nameOf(i) : i % 6)),
    },
    labels: {
      type: 'uint8',
      shape: [count],
      data: Uint8Array.from({ length: count }, (_, i) => i % CLASSES),
    },
  };
}

/** The first two pixels: the image's number in base 256. */
function nameOf(i: number): number {
  const image = Math.floor(i / 6);
  return i % 6 === 0 ? image % 256 : Math.floor(image / 256);
}

type Manner = 'at any place' | 'in order' | 'in order, gzipped';
const MANNERS: Manner[] = ['at any place', 'in order', 'in order, gzipped'];

async function rowsOf(images: IdxArray, manner: Manner): Promise<NamedRows> {
  const file = manner === 'in order, gzipped' ? await encodeGzippedIdx(images) : encodeIdx(images);
  const rows =
    manner === 'at any place'
      ? await openRandomRows(blobAccess(new Blob([file as BlobPart])))
      : () => openSequentialRows(file);
  return { name: 'images', rows };
}

async function open(count: number, manner: Manner, options: ImageStreamOptions = {}) {
  const { images, labels } = files(count);
  const named = await rowsOf(images, manner);
  return streamImages(named, { name: 'labels', array: labels }, CLASSES, options);
}

/** The numbers of the images of each minibatch, as their pixels tell; labels must agree. */
async function numbersOf(
  stream: Awaited<ReturnType<typeof open>>,
  size: number,
  first: number,
  seed?: number,
): Promise<number[][]> {
  const minibatches: number[][] = [];
  for await (const { images, labels, count } of stream.minibatches(size, first, seed)) {
    expect([images.length, labels.length]).toEqual([6 * count, count]);
    const numbers = Array.from(
      { length: count },
      (_, i) => (images[6 * i] as number) + 256 * (images[6 * i + 1] as number),
    );
    expect(Array.from(labels)).toEqual(numbers.map((number) => number % CLASSES));
    minibatches.push(numbers);
  }
  return minibatches;
}

const cases = fc.record({
  count: fc.integer({ min: 1, max: 400 }),
  size: fc.integer({ min: 1, max: 60 }),
  first: fc.nat(20),
  window: fc.integer({ min: 1, max: 150 }),
  readBytes: fc.integer({ min: 1, max: 1500 }),
  seed: fc.option(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { nil: undefined }),
  cut: fc.tuple(fc.nat(), fc.nat()),
  manner: fc.constantFrom(...MANNERS),
});

describe('a stream of images', () => {
  test('gives each image once, in minibatches, whatever they are read from', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ count, size, first, seed, cut, manner, ...pieces }) => {
        const from = cut[0] % count;
        const to = from + 1 + (cut[1] % (count - from));
        const stream = await open(count, manner, { from, to, ...pieces });
        expect(stream).toMatchObject({ count: to - from, height: 2, width: 3, classes: CLASSES });
        const all = await numbersOf(stream, size, 0, seed);
        const sizes = Array.from({ length: Math.ceil((to - from) / size) }, (_, i) =>
          Math.min(size, to - from - i * size),
        );
        expect(all.map((numbers) => numbers.length)).toEqual(sizes);
        const flat = all.flat();
        expect(new Set(flat).size).toBe(flat.length);
        for (const number of flat) expect(number >= from && number < to).toBe(true);
        const inOrder = Array.from({ length: to - from }, (_, i) => from + i);
        if (seed === undefined) expect(flat).toEqual(inOrder);
        const block = Math.ceil(pieces.window / size) * size;
        for (const [i, number] of flat.entries()) {
          expect(Math.floor((number - from) / block)).toBe(Math.floor(i / block));
        }
        expect(await numbersOf(stream, size, first, seed)).toEqual(all.slice(first));
      }),
      { numRuns: 200 },
    );
  });

  test('is mixed as the seed says: another one each time', async () => {
    const stream = await open(300, 'at any place', { window: 100 });
    const one = (await numbersOf(stream, 50, 0, 1)).flat();
    const two = (await numbersOf(stream, 50, 0, 2)).flat();
    expect(one).not.toEqual(two);
    expect(one).not.toEqual(one.toSorted((a, b) => a - b));
    // Each window is mixed in another way.
    expect(one.slice(0, 100).map((number) => number + 100)).not.toEqual(one.slice(100, 200));
  });

  test.each(MANNERS)('of files that do not belong together is refused: %s', async (manner) => {
    const { images } = files(10);
    const named = await rowsOf(images, manner);
    const refused = (labels: IdxArray, code: string) =>
      expect(streamImages(named, { name: 'labels', array: labels }, CLASSES)).rejects.toMatchObject(
        {
          code,
        },
      );
    await refused(files(11).labels, 'DATASET_COUNTS_DIFFER');
    await refused(images, 'DATASET_WRONG_SHAPE');
    const high = { ...files(10).labels, data: new Uint8Array(10).fill(7) } as IdxArray;
    await refused(high, 'DATASET_LABEL_OUT_OF_RANGE');
    const flat = await rowsOf({ ...images, shape: [10, 6] } as IdxArray, manner);
    await expect(
      streamImages(flat, { name: 'labels', array: files(10).labels }, CLASSES),
    ).rejects.toMatchObject({ code: 'DATASET_WRONG_SHAPE' });
  });

  test.each([
    [{ from: -1 }, 'expected images within 0 to 10, found -1 to 10'],
    [{ from: 4, to: 4 }, 'expected images within 0 to 10, found 4 to 4'],
    [{ to: 11 }, 'expected images within 0 to 10, found 0 to 11'],
    [{ window: 0 }, 'expected a window of at least 1 image, found 0'],
    [{ window: 1.5 }, 'expected a window of at least 1 image, found 1.5'],
    [{ readBytes: 0 }, 'expected at least 1 byte to read in one go, found 0'],
    [{ readBytes: Number.NaN }, 'expected at least 1 byte to read in one go, found NaN'],
  ])('of %o is refused', async (options, message) => {
    await expect(open(10, 'at any place', options)).rejects.toThrow(new RangeError(message));
  });

  test.each([
    [0, 0],
    [1.5, 0],
    [5, -1],
    [Number.NaN, 0],
  ])('has no minibatches of %d images from %d on', async (size, first) => {
    const stream = await open(10, 'at any place');
    await expect(stream.minibatches(size, first, undefined).next()).rejects.toThrow(RangeError);
  });
});

describe('a minibatch that is given back', () => {
  /** Counts the memory that is allocated, not that which is given to be written to. */
  function countingAccess(bytes: Uint8Array) {
    const counted = { blocks: 0 };
    const access = {
      byteLength: bytes.length,
      slice: async (start: number, end: number, into?: Uint8Array) => {
        const fits = into?.length === end - start;
        if (!fits && end - start > 16) counted.blocks += 1;
        const target = fits ? into : new Uint8Array(end - start);
        target.set(bytes.subarray(start, end));
        return target;
      },
    };
    return { access, counted };
  }

  const runs = fc.record({
    count: fc.integer({ min: 1, max: 400 }),
    size: fc.integer({ min: 3, max: 60 }),
    window: fc.integer({ min: 1, max: 150 }),
    readBytes: fc.integer({ min: 1, max: 1500 }),
    seed: fc.option(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { nil: undefined }),
    first: fc.nat(5),
    held: fc.integer({ min: 1, max: 4 }),
  });

  test('is written to again, and those in use are not', async () => {
    await fc.assert(
      fc.asyncProperty(runs, async ({ count, size, seed, first, held, ...pieces }) => {
        const { images, labels } = files(count);
        const { access, counted } = countingAccess(encodeIdx(images));
        const named = { name: 'images', rows: await openRandomRows(access) };
        const array = { name: 'labels', array: labels };
        const stream = await streamImages(named, array, CLASSES, pieces);
        const expected: number[][] = [];
        for await (const each of stream.minibatches(size, first, seed)) {
          expected.push(Array.from(each.images));
        }
        counted.blocks = 0;
        const minibatches = stream.minibatches(size, first, seed);
        const inUse: { images: Uint8Array; number: number }[] = [];
        let number = 0;
        for (let next = await minibatches.next(); !next.done; ) {
          inUse.push({ images: next.value.images, number });
          number += 1;
          for (const each of inUse) expect(Array.from(each.images)).toEqual(expected[each.number]);
          const done = inUse.length === held ? inUse.shift() : undefined;
          next = await minibatches.next(done && { ...next.value, images: done.images });
        }
        expect(number).toBe(expected.length);
        // One that is read ahead, and a last one that is smaller; in file order as many as may be in use, mixed one window that is cut up at once.
        expect(counted.blocks).toBeLessThanOrEqual(2 + (seed === undefined ? held : 1));
      }),
      { numRuns: 200 },
    );
  });

  test('is not kept where files are read in order', async () => {
    const stream = await open(300, 'in order');
    const minibatches = stream.minibatches(10, 0, undefined);
    const seen: number[] = [];
    for (let next = await minibatches.next(); !next.done; ) {
      seen.push(...next.value.images.subarray(0, 1));
      next.value.images.fill(99);
      next = await minibatches.next(next.value);
    }
    expect(seen).toEqual(Array.from({ length: 30 }, (_, i) => (10 * i) % 256));
  });
});
