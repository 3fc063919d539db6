import { encodeIdx } from '@softreg/idx';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type DrawDigitsOptions,
  digitsDataset,
  drawDigits,
  type LabeledImages,
  sha256Hex,
  sliceImages,
  tutorialSplit,
} from '../src/index.js';

const SIDE = 28;
const PIXELS = SIDE * SIDE;

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const parts = fc.constantFrom('train' as const, 'test' as const);
const places = fc.record({ seed: seeds, part: parts, first: fc.nat({ max: 1_000_000 }) });

function countLabels({ labels }: LabeledImages): number[] {
  const counts = new Array<number>(10).fill(0);
  for (const label of labels) counts[label] = (counts[label] as number) + 1;
  return counts;
}

/** Of one image: the ink's box, and its center of mass in pixels from 0, a lone pixel being its own center. */
function inkOf(image: Uint8Array) {
  let [left, top, right, bottom] = [SIDE, SIDE, -1, -1];
  let [mass, x, y] = [0, 0, 0];
  for (const [index, value] of image.entries()) {
    if (value === 0) continue;
    const [column, row] = [index % SIDE, Math.floor(index / SIDE)];
    left = Math.min(left, column);
    right = Math.max(right, column);
    top = Math.min(top, row);
    bottom = Math.max(bottom, row);
    mass += value;
    x += value * column;
    y += value * row;
  }
  const [width, height] = [right - left + 1, bottom - top + 1];
  return { left, top, width, height, x: x / mass, y: y / mass };
}

function imagesOf({ images, count }: LabeledImages): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => images.subarray(i * PIXELS, (i + 1) * PIXELS));
}

/** Much quicker than `toEqual`. */
function expectSame(one: LabeledImages, other: LabeledImages): void {
  expect(one.images.join()).toBe(other.images.join());
  expect(one.labels.join()).toBe(other.labels.join());
}

describe('what is drawn', () => {
  test('is the same everywhere, to the bit', async () => {
    const { images, labels } = drawDigits({ count: 500, seed: 2026 });
    expect(await sha256Hex(images)).toBe(
      '95cc35a08b308f9f7e1b98f5e5e54705fed0371b792224da4a4ab79a5dd884f8',
    );
    expect(await sha256Hex(labels)).toBe(
      'c304b301364870be8e4508dfe2ebe20bbaddff02103e0c5b6c5a40eee2809ddc',
    );
  });

  test('depends on seed, part and number alone, not on what is drawn with it', () => {
    const property = fc.property(
      places,
      fc.integer({ min: 1, max: 15 }),
      fc.integer({ min: 1, max: 15 }),
      (place, before, count) => {
        const all = drawDigits({ ...place, count: before + count });
        const some = drawDigits({ ...place, first: place.first + before, count });
        expectSame(some, sliceImages(all, before, before + count));
        expectSame(drawDigits({ ...place, count: before }), sliceImages(all, 0, before));
      },
    );
    fc.assert(property, { numRuns: 50 });
  });

  test('differs between any two seeds, parts and numbers', () => {
    const image = ({ seed, part, first }: Required<Omit<DrawDigitsOptions, 'count'>>) =>
      drawDigits({ count: 1, seed, part, first }).images.join();
    const property = fc.property(places, places, (one, other) => {
      fc.pre(one.seed !== other.seed || one.part !== other.part || one.first !== other.first);
      expect(image(one)).not.toBe(image(other));
      expect(image({ ...one, part: 'train' })).not.toBe(image({ ...one, part: 'test' }));
      expect(image({ ...one, first: one.first + 1 })).not.toBe(image(one));
    });
    fc.assert(property, { numRuns: 100 });
  });

  test('repeats no image and no order of labels', () => {
    const drawn = drawDigits({ count: 1000, seed: 1 });
    expect(new Set(imagesOf(drawn).map((image) => image.join())).size).toBe(1000);
    const blocks = Array.from({ length: 100 }, (_, i) => drawn.labels.slice(10 * i, 10 * i + 10));
    expect(new Set(blocks.map((block) => block.join())).size).toBe(100);
  });

  test('has each class once in every ten images, at every place', () => {
    const drawn = drawDigits({ count: 1000, seed: 5 });
    const atPlace = Array.from({ length: 10 }, () => new Set<number>());
    for (let start = 0; start < drawn.count; start += 10) {
      const block = sliceImages(drawn, start, start + 10);
      expect(countLabels(block)).toEqual(new Array(10).fill(1));
      for (const [place, label] of block.labels.entries()) atPlace[place]?.add(label);
    }
    expect(atPlace.map(({ size }) => size)).toEqual(new Array(10).fill(10));
  });

  test('is as balanced as its count allows', () => {
    const property = fc.property(seeds, fc.integer({ min: 1, max: 60 }), (seed, count) => {
      const counts = countLabels(drawDigits({ count, seed }));
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    });
    fc.assert(property, { numRuns: 50 });
  });

  test('lies as digits of MNIST do: ink within 20 x 20, one side full, centered by mass unless that would push ink out', () => {
    const property = fc.property(places, (place) => {
      const drawn = drawDigits({ ...place, count: 10 });
      expect(drawn).toMatchObject({ count: 10, height: SIDE, width: SIDE, classes: 10 });
      for (const image of imagesOf(drawn)) {
        const { width, height, left, top, x, y } = inkOf(image);
        expect(Math.max(width, height)).toBe(20);
        const reachesEdge = [left, top, left + width - SIDE, top + height - SIDE].includes(0);
        expect(Math.abs(x - 14)).toBeLessThanOrEqual(reachesEdge ? 3 : 0.5);
        expect(Math.abs(y - 14)).toBeLessThanOrEqual(reachesEdge ? 3 : 0.5);
        expect(Math.max(...image)).toBeGreaterThan(192);
      }
    });
    fc.assert(property, { numRuns: 100 });
  });

  test('can be told apart, but not by a glance: the nearest mean is right for most', () => {
    const means = meansOf(drawDigits({ count: 2000, seed: 3 }));
    const unseen = drawDigits({ count: 500, seed: 3, part: 'test' });
    const errors = imagesOf(unseen).filter(
      (image, index) => nearest(means, image) !== unseen.labels[index],
    ).length;
    expect(errors).toBeLessThan(150);
    expect(errors).toBeGreaterThan(25);
  });
});

function meansOf(set: LabeledImages): Float64Array[] {
  const counts = countLabels(set);
  const means = counts.map(() => new Float64Array(PIXELS));
  for (const [index, image] of imagesOf(set).entries()) {
    const label = set.labels[index] as number;
    const mean = means[label] as Float64Array;
    for (const [pixel, value] of image.entries()) {
      mean[pixel] = (mean[pixel] as number) + value / (counts[label] as number);
    }
  }
  return means;
}

function nearest(means: readonly Float64Array[], image: Uint8Array): number {
  const distances = means.map((mean) => {
    let sum = 0;
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      sum += ((mean[pixel] as number) - (image[pixel] as number)) ** 2;
    }
    return sum;
  });
  return distances.indexOf(Math.min(...distances));
}

describe('options out of their range are refused', () => {
  test.each<[string, DrawDigitsOptions, string]>([
    ['count 0', { count: 0 }, 'a count'],
    ['count below 0', { count: -1 }, 'a count'],
    ['count not whole', { count: 1.5 }, 'a count'],
    ['count not a number', { count: Number.NaN }, 'a count'],
    ['count without end', { count: Infinity }, 'a count'],
    ['more than there are', { count: 2, first: 2 ** 32 - 1 }, 'a count'],
    ['seed below 0', { count: 1, seed: -1 }, 'a seed'],
    ['seed too large', { count: 1, seed: 2 ** 32 }, 'a seed'],
    ['seed not a number', { count: 1, seed: Number.NaN }, 'a seed'],
    ['seed not whole', { count: 1, seed: 0.5 }, 'a seed'],
    ['first below 0', { count: 1, first: -1 }, 'a first image'],
    ['first not whole', { count: 1, first: 0.5 }, 'a first image'],
    ['first not a number', { count: 1, first: Number.NaN }, 'a first image'],
    ['no such part', { count: 1, part: 'validation' as 'test' }, 'the part train or test'],
  ])('%s', (_, options, message) => {
    expect(() => drawDigits(options)).toThrow(RangeError);
    expect(() => drawDigits(options)).toThrow(message);
  });

  test('the last image of a series can be drawn', () => {
    expect(drawDigits({ count: 1, first: 2 ** 32 - 1, seed: 2 ** 32 - 1 }).count).toBe(1);
  });
});

describe('the data set', () => {
  test('has both parts, the names of the classes and the checksums of its IDX files', async () => {
    const dataset = await digitsDataset({ train: 60, test: 20, seed: 9 });
    const { train, test: unseen, sha256 } = dataset;
    expect(dataset.name).toBe('digits');
    expect(dataset.classNames).toEqual([...'0123456789']);
    expect(train).toEqual(drawDigits({ count: 60, seed: 9, part: 'train' }));
    expect(unseen).toEqual(drawDigits({ count: 20, seed: 9, part: 'test' }));
    const sum = (shape: number[], data: Uint8Array) =>
      sha256Hex(encodeIdx({ type: 'uint8', shape, data }));
    expect(sha256).toEqual({
      trainImages: await sum([60, SIDE, SIDE], train.images),
      trainLabels: await sum([60], train.labels),
      testImages: await sum([20, SIDE, SIDE], unseen.images),
      testLabels: await sum([20], unseen.labels),
    });
  });

  test('splits as MNIST does', async () => {
    const {
      train,
      validation,
      test: unseen,
    } = tutorialSplit(await digitsDataset({ train: 60, test: 20 }));
    expect([train.count, validation.count, unseen.count]).toEqual([50, 10, 20]);
  });

  test.each([{ train: 0 }, { test: 0 }, { seed: -1 }, { train: Number.NaN }])(
    'refuses %o',
    async (options) => {
      await expect(digitsDataset({ train: 1, test: 1, ...options })).rejects.toThrow(RangeError);
    },
  );
});
