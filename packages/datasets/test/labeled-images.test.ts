import type { IdxArray } from '@softreg/idx';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DatasetError,
  type LabeledImages,
  minibatches,
  pairImagesWithLabels,
  sliceImages,
} from '../src/index.js';
import { codedImages, codedLabels } from './synthetic-set.js';

function pair(images: IdxArray, labels: IdxArray, classes = 10): LabeledImages {
  return pairImagesWithLabels(
    { name: 'the images', array: images },
    { name: 'the labels', array: labels },
    classes,
  );
}

function coded(count: number): LabeledImages {
  return pair(codedImages(count, 2, 3), codedLabels(count));
}

function bytes(shape: number[], values: number[] = []): IdxArray {
  const data = new Uint8Array(shape.reduce((product, size) => product * size, 1));
  data.set(values);
  return { type: 'uint8', shape, data };
}

describe('pairImagesWithLabels', () => {
  test('joins files that fit each other, without copying', () => {
    const images = bytes([2, 1, 3], [1, 2, 3, 4, 5, 6]);
    const labels = bytes([2], [9, 0]);
    const paired = pair(images, labels);
    expect(paired).toEqual({
      images: Uint8Array.of(1, 2, 3, 4, 5, 6),
      labels: Uint8Array.of(9, 0),
      count: 2,
      height: 1,
      width: 3,
      classes: 10,
    });
    expect(paired.images).toBe(images.data);
    expect(paired.labels).toBe(labels.data);
  });

  const refused: [string, IdxArray, IdxArray, string, string][] = [
    [
      'a label too few',
      bytes([3, 2, 2]),
      bytes([2]),
      'DATASET_COUNTS_DIFFER',
      'the labels: expected 3 labels, one for each image of the images, found 2; the two files do not belong together: replace one of them',
    ],
    [
      'a label too many',
      bytes([3, 2, 2]),
      bytes([4]),
      'DATASET_COUNTS_DIFFER',
      'the labels: expected 3 labels, one for each image of the images, found 4; the two files do not belong together: replace one of them',
    ],
    [
      'label 10',
      bytes([3, 2, 2]),
      bytes([3], [9, 10, 255]),
      'DATASET_LABEL_OUT_OF_RANGE',
      'the labels: expected labels 0 to 9, found label 10 at position 1; replace the file with one of this data set',
    ],
    [
      'images of rank 2',
      bytes([3, 4]),
      bytes([3]),
      'DATASET_WRONG_SHAPE',
      'the images: expected bytes of rank 3 (images x rows x columns), found uint8 of shape 3 x 4; name a file of that form',
    ],
    [
      'images of rank 4',
      bytes([3, 2, 2, 1]),
      bytes([3]),
      'DATASET_WRONG_SHAPE',
      'the images: expected bytes of rank 3 (images x rows x columns), found uint8 of shape 3 x 2 x 2 x 1; name a file of that form',
    ],
    [
      'a label file as images',
      bytes([3]),
      bytes([3]),
      'DATASET_WRONG_SHAPE',
      'the images: expected bytes of rank 3 (images x rows x columns), found uint8 of shape 3; name a file of that form',
    ],
    [
      'an image file as labels',
      bytes([3, 2, 2]),
      bytes([3, 2, 2]),
      'DATASET_WRONG_SHAPE',
      'the labels: expected bytes of rank 1 (labels), found uint8 of shape 3 x 2 x 2; name a file of that form',
    ],
    [
      'a single number as labels',
      bytes([3, 2, 2]),
      bytes([]),
      'DATASET_WRONG_SHAPE',
      'the labels: expected bytes of rank 1 (labels), found uint8 of shape (none); name a file of that form',
    ],
    [
      'signed pixels',
      { type: 'int8', shape: [1, 2, 2], data: new Int8Array(4) },
      bytes([1]),
      'DATASET_WRONG_SHAPE',
      'the images: expected bytes of rank 3 (images x rows x columns), found int8 of shape 1 x 2 x 2; name a file of that form',
    ],
    [
      'wide labels',
      bytes([1, 2, 2]),
      { type: 'int32', shape: [1], data: new Int32Array(1) },
      'DATASET_WRONG_SHAPE',
      'the labels: expected bytes of rank 1 (labels), found int32 of shape 1; name a file of that form',
    ],
    [
      'images without rows',
      bytes([3, 0, 2]),
      bytes([3]),
      'DATASET_WRONG_SHAPE',
      'the images: expected images of at least one pixel, found uint8 of shape 3 x 0 x 2; name a file of that form',
    ],
    [
      'images without columns',
      bytes([3, 2, 0]),
      bytes([3]),
      'DATASET_WRONG_SHAPE',
      'the images: expected images of at least one pixel, found uint8 of shape 3 x 2 x 0; name a file of that form',
    ],
  ];

  test.each(refused)('refuses %s', (_, images, labels, code, message) => {
    expect(() => pair(images, labels)).toThrow(expect.objectContaining({ code, message }));
    expect(() => pair(images, labels)).toThrow(DatasetError);
  });

  test('a label is in range exactly if there is a class for it', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 256 }),
        (labels, classes) => {
          const images = codedImages(labels.length, 1, 1);
          const paired = () =>
            pair(images, { type: 'uint8', shape: [labels.length], data: labels }, classes);
          const wrong = [...labels].findIndex((label) => label >= classes);
          if (wrong === -1) {
            expect(paired().classes).toBe(classes);
          } else {
            const found = `label ${labels[wrong]} at position ${wrong}`;
            expect(paired).toThrow(expect.objectContaining({ found }));
          }
        },
      ),
    );
  });
});

const range = fc
  .tuple(fc.nat(40), fc.nat(40), fc.nat(40))
  .map((sizes) => sizes.sort((a, b) => a - b) as [number, number, number]);

describe('sliceImages', () => {
  test('gives exactly the images from start to end, as a view', () => {
    fc.assert(
      fc.property(range, ([start, end, count]) => {
        const data = coded(count);
        const slice = sliceImages(data, start, end);
        expect(slice.count).toBe(end - start);
        expect([...slice.images]).toEqual([...data.images].slice(6 * start, 6 * end));
        expect([...slice.labels]).toEqual([...data.labels].slice(start, end));
        expect(slice).toMatchObject({ height: 2, width: 3, classes: 10 });
        expect(slice.images.buffer).toBe(data.images.buffer);
        expect(slice.labels.buffer).toBe(data.labels.buffer);
      }),
    );
  });

  test('a slice of a slice counts from the start of the slice', () => {
    fc.assert(
      fc.property(range, ([start, end, count]) => {
        const data = coded(count);
        const inner = sliceImages(sliceImages(data, start, count), 0, end - start);
        expect(inner).toEqual(sliceImages(data, start, end));
      }),
    );
  });

  const outside: [number, number][] = [
    [-1, 2],
    [0, 6],
    [6, 6],
    [3, 2],
    [0.5, 2],
    [0, 1.5],
    [Number.NaN, 2],
    [0, Number.POSITIVE_INFINITY],
  ];

  test.each(outside)('refuses images %d to %d of 5', (start, end) => {
    expect(() => sliceImages(coded(5), start, end)).toThrow(RangeError);
  });
});

describe('minibatches', () => {
  test('are the whole batches in file order, each a view', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.integer({ min: 1, max: 60 }), (count, size) => {
        const data = coded(count);
        const batches = [...minibatches(data, size)];
        expect(batches.length).toBe(Math.floor(count / size));
        for (const [turn, batch] of batches.entries()) {
          expect(batch).toEqual(sliceImages(data, turn * size, (turn + 1) * size));
          expect(batch.count).toBe(size);
          expect(batch.images.buffer).toBe(data.images.buffer);
          expect(batch.labels.buffer).toBe(data.labels.buffer);
        }
      }),
    );
  });

  test('a last one of fewer images is left out', () => {
    const labels = [...minibatches(coded(8), 3)].map((batch) => [...batch.labels]);
    expect(labels).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });

  test.each([0, -1, 1.5, Number.NaN])('a size of %d is refused', (size) => {
    expect(() => minibatches(coded(5), size).next()).toThrow(RangeError);
  });
});
