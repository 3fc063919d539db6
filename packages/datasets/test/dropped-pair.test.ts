import { encodeGzippedIdx, encodeIdx, type IdxArray } from '@softreg/idx';
import { describe, expect, test } from 'vitest';
import { openDroppedPair } from '../src/index.js';
import { codedImages, codedLabels } from './synthetic-set.js';

function file(name: string, array: IdxArray): File {
  return new File([encodeIdx(array) as BlobPart], name);
}

function labels(...values: number[]): IdxArray {
  return { type: 'uint8', shape: [values.length], data: Uint8Array.from(values) };
}

const IMAGES = file('pictures', codedImages(3, 4, 5));

describe('images and labels', () => {
  test.each([
    ['0, 0, 0', [0, 0, 0], 2],
    ['0, 1, 1', [0, 1, 1], 2],
    ['2, 0, 4', [2, 0, 4], 5],
    ['7, 255, 0', [7, 255, 0], 256],
  ])('labels %s make %#', async (_, values, classes) => {
    const numbers = file('numbers', labels(...values));
    for (const files of [
      [IMAGES, numbers],
      [numbers, IMAGES],
    ]) {
      expect(await openDroppedPair(files)).toEqual({
        images: codedImages(3, 4, 5).data,
        labels: Uint8Array.from(values),
        count: 3,
        height: 4,
        width: 5,
        classes,
      });
    }
  });

  test('may be gzipped', async () => {
    const packed = await encodeGzippedIdx(codedImages(3, 4, 5));
    const images = new File([packed as BlobPart], 'pictures.gz');
    const { count, classes } = await openDroppedPair([file('numbers', codedLabels(3)), images]);
    expect([count, classes]).toEqual([3, 3]);
  });
});

const MATRIX: IdxArray = { type: 'uint8', shape: [3, 4], data: new Uint8Array(12) };
const FLOATS: IdxArray = { type: 'float32', shape: [3], data: new Float32Array(3) };

const REFUSED: [string, File[], string, string, string][] = [
  ['no file', [], 'DATASET_FILE_MISSING', 'files', 'no file'],
  ['one file', [IMAGES], 'DATASET_FILE_MISSING', 'pictures', 'this one alone'],
  [
    'three files',
    [IMAGES, file('a', labels(0, 1, 2)), file('b', labels(0, 1, 2))],
    'DATASET_FILE_TWICE',
    'b',
    'two others',
  ],
  [
    'two image files',
    [IMAGES, file('more', codedImages(3, 4, 5))],
    'DATASET_FILE_TWICE',
    'more',
    'images, as in pictures',
  ],
  [
    'two label files',
    [file('a', labels(0, 1, 2)), file('b', labels(0, 1, 2))],
    'DATASET_FILE_TWICE',
    'b',
    'labels, as in a',
  ],
  [
    'a label too few',
    [IMAGES, file('numbers', labels(0, 1))],
    'DATASET_COUNTS_DIFFER',
    'numbers',
    '2',
  ],
  [
    'a matrix beside labels',
    [file('matrix', MATRIX), file('numbers', labels(0, 1, 2))],
    'DATASET_WRONG_SHAPE',
    'matrix',
    'uint8 of shape 3 x 4',
  ],
  [
    'a matrix beside images',
    [file('matrix', MATRIX), IMAGES],
    'DATASET_WRONG_SHAPE',
    'matrix',
    'uint8 of shape 3 x 4',
  ],
  [
    'labels that are no bytes',
    [IMAGES, file('numbers', FLOATS)],
    'DATASET_WRONG_SHAPE',
    'numbers',
    'float32 of shape 3',
  ],
  [
    'a text',
    [IMAGES, new File(['hello'], 'hello.txt')],
    'DATASET_FILE_DAMAGED',
    'hello.txt',
    'a file that begins with 0x68 0x65',
  ],
  [
    'an empty file',
    [new File([], 'empty'), IMAGES],
    'DATASET_FILE_DAMAGED',
    'empty',
    'an empty file',
  ],
];

test.each(REFUSED)('%s is refused', async (_, files, code, subject, found) => {
  await expect(openDroppedPair(files)).rejects.toMatchObject({
    name: 'DatasetError',
    code,
    subject,
    found,
  });
});

test('files beyond the cap are refused, packed and unpacked', async () => {
  const numbers = file('numbers', codedLabels(3));
  const { size } = IMAGES;
  expect((await openDroppedPair([IMAGES, numbers], { maxBytes: size })).count).toBe(3);
  const options = { maxBytes: size - 1 };
  const refused = { code: 'DATASET_FILE_DAMAGED', subject: 'pictures' };
  await expect(openDroppedPair([IMAGES, numbers], options)).rejects.toMatchObject(refused);
  const packed = await encodeGzippedIdx(codedImages(3, 100, 100));
  const bomb = new File([packed as BlobPart], 'pictures');
  await expect(openDroppedPair([bomb, numbers], { maxBytes: 29_000 })).rejects.toMatchObject({
    ...refused,
    cause: expect.objectContaining({ code: 'IDX_TOO_LARGE' }),
  });
});
