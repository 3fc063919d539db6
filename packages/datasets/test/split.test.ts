import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LabeledImages, pairImagesWithLabels, tutorialSplit } from '../src/index.js';
import { codedImages, codedLabels } from './synthetic-set.js';

function coded(count: number, height: number, width: number): LabeledImages {
  return pairImagesWithLabels(
    { name: 'images', array: codedImages(count, height, width) },
    { name: 'labels', array: codedLabels(count) },
    10,
  );
}

function split(train: LabeledImages, test: LabeledImages) {
  return tutorialSplit({ name: 'tiny', train, test });
}

test('60,000 images of one pixel: 50,000 train, the last 10,000 validate', () => {
  const all = coded(60_000, 1, 1);
  const testImages = coded(10_000, 1, 1);
  const { train, validation, test } = split(all, testImages);
  expect([train.count, validation.count]).toEqual([50_000, 10_000]);
  // 31 i % 251 differs between neighbors, so an image too few or too many would show.
  expect([train.images[0], train.images.at(-1)]).toEqual([0, (31 * 49_999) % 251]);
  expect([validation.images[0], validation.images.at(-1)]).toEqual([
    (31 * 50_000) % 251,
    (31 * 59_999) % 251,
  ]);
  expect([train.labels.at(-1), validation.labels[0]]).toEqual([9, 0]);
  expect([train.images.length, validation.images.length]).toEqual([50_000, 10_000]);
  expect(test).toBe(testImages);
});

test('the last sixth, rounded, validates; nothing is lost, doubled or copied', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 3, max: 200 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      (count, height, width) => {
        const all = coded(count, height, width);
        const { train, validation } = split(all, coded(1, height, width));
        expect(validation.count).toBe(Math.round(count / 6));
        expect(train.count + validation.count).toBe(count);
        expect([...train.images, ...validation.images]).toEqual([...all.images]);
        expect([...train.labels, ...validation.labels]).toEqual([...all.labels]);
        expect(train.images.length).toBe(train.count * height * width);
        expect(train.labels.length).toBe(train.count);
        expect(train.images.buffer).toBe(all.images.buffer);
        expect(validation.images.buffer).toBe(all.images.buffer);
      },
    ),
  );
});

describe('a set that is too small', () => {
  test.each([
    [0, 1],
    [1, 1],
    [2, 1],
    [3, 0],
  ])('%d to train and %d to test is refused', (train, test) => {
    expect(() => split(coded(train, 2, 2), coded(test, 2, 2))).toThrow(
      expect.objectContaining({
        code: 'DATASET_TOO_SMALL',
        subject: 'data set tiny',
        found: `${train} and ${test}`,
      }),
    );
  });

  test('3 and 1 is enough', () => {
    const { train, validation, test } = split(coded(3, 2, 2), coded(1, 2, 2));
    expect([train.count, validation.count, test.count]).toEqual([2, 1, 1]);
  });
});
