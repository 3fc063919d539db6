import { encodeGzippedIdx, encodeIdx } from '@softreg/idx';
import { describe, expect, test } from 'vitest';
import { CATALOG, type DatasetPart, KMNIST, openDroppedFiles } from '../src/index.js';
import { drop, dropped, ENTRY, FILES, images, vector } from './dropped-set.js';
import {
  ARRAYS,
  codedImages,
  codedLabels,
  entryOf,
  type Files,
  filesOf,
  NAMES,
  PARTS,
} from './synthetic-set.js';

/** Under MNIST's names. */
const AS_MNIST = {
  ...ENTRY,
  files: Object.fromEntries(
    PARTS.map((part) => [part, { ...ENTRY.files[part], name: KMNIST.files[part].name }]),
  ) as typeof ENTRY.files,
};
const MNIST_NAMES = PARTS.map((part) => AS_MNIST.files[part].name);

const ORDERS = [0, 1, 2, 3].flatMap((a) =>
  [0, 1, 2, 3].flatMap((b) => [0, 1, 2, 3].map((c) => [a, b, c, 6 - a - b - c])),
);
const PERMUTATIONS = ORDERS.filter((order) => new Set(order).size === 4 && !order.includes(-1));

describe('the four files of a set', () => {
  test('may come in any order, raw or gzipped', async () => {
    const gzipped = await Promise.all(PARTS.map((part) => encodeGzippedIdx(ARRAYS[part])));
    expect(PERMUTATIONS).toHaveLength(24);
    for (const order of PERMUTATIONS) {
      const files = order.map((i) => {
        const name = NAMES[PARTS[i] as DatasetPart];
        return i % 2 === 0
          ? dropped(name, FILES[PARTS[i] as DatasetPart])
          : dropped(`${name}.gz`, gzipped[i] as Uint8Array);
      });
      const { train, test, name, sha256 } = await openDroppedFiles(ENTRY, files);
      expect([name, train.count, test.count]).toEqual(['tiny', 12, 5]);
      expect(train.images).toEqual(ARRAYS.trainImages.data);
      expect(sha256.testLabels).toBe(ENTRY.files.testLabels.sha256);
    }
  });

  test.each([
    ['a path', (name: string) => `Downloads/mnist/${name}`],
    ['a path of Windows', (name: string) => `C:\\data\\${name}.gz`],
    ['capitals', (name: string) => name.toUpperCase()],
    ['.gz twice', (name: string) => `${name}.gz.GZ`],
    ['a dot', (name: string) => name.replace(/-(idx\d)/, '.$1')],
    ['a second download', (name: string) => `${name} (1).gz`],
  ])('are told by names with %s, whatever is in them', async (_, rename) => {
    // Names alone can tell: the sizes are not the known ones, and those of images and labels are the same.
    const arrays = {
      trainImages: codedImages(7, 2, 3),
      trainLabels: codedLabels(7),
      testImages: codedImages(7, 2, 3),
      testLabels: codedLabels(7),
    };
    const files = PARTS.map((part, i) =>
      dropped(rename(MNIST_NAMES[i] as string), encodeIdx(arrays[part])),
    );
    const { train } = await openDroppedFiles(AS_MNIST, files.reverse(), { verify: false });
    expect(train.count).toBe(7);
  });

  test.each([
    ['their checksums', FILES],
    ['their sizes', filesOf({ trainLabels: vector(12, 3), testImages: images(5, 9) })],
    [
      'which is larger',
      filesOf({
        trainImages: codedImages(9, 2, 3),
        trainLabels: vector(9, 1),
        testImages: codedImages(3, 2, 3),
        testLabels: vector(3, 1),
      }),
    ],
  ])('are told by %s where names do not', async (_, files) => {
    for (const order of PERMUTATIONS) {
      const named = drop(files, (name, i) => `${'abcd'[order[i] as number]}.bin ${name.length}`);
      const shuffled = order.map((i) => named[i] as File);
      const { train, test } = await openDroppedFiles(ENTRY, shuffled, { verify: false });
      expect(train.images).toEqual(files.trainImages.subarray(16));
      expect(train.labels).toEqual(files.trainLabels.subarray(8));
      expect(test.images).toEqual(files.testImages.subarray(16));
      expect(test.labels).toEqual(files.testLabels.subarray(8));
    }
  });

  test.each([
    ['as large as those to train with, by their checksums', 12, true],
    ['larger than those to train with, by their sizes', 20, false],
  ])('are told where those to test with are %s', async (_, count, verify) => {
    const files = filesOf({ testImages: images(count, 9), testLabels: vector(count, 3) });
    const entry = await entryOf(files);
    // Without a checksum that fits, the sizes must do.
    const given = verify ? files : { ...files, ...flipped(files) };
    for (const order of PERMUTATIONS) {
      const shuffled = order.map((i) => dropped(`file ${i}`, given[PARTS[i] as DatasetPart]));
      const { train, test } = await openDroppedFiles(entry, shuffled, { verify });
      expect(train.images).toEqual(given.trainImages.subarray(16));
      expect(test.labels).toEqual(given.testLabels.subarray(8));
    }
  });

  test('may have names in part', async () => {
    for (const known of PARTS) {
      const files = drop(FILES, (name) => (name === NAMES[known] ? name : `x${name}`));
      expect((await openDroppedFiles(ENTRY, files)).train.count).toBe(12);
    }
  });

  test.each(CATALOG)('of $name are told by their sizes', async (entry) => {
    const shapes = [[60_000], [10_000, 28, 28], [10_000], [60_000, 28, 28]];
    const files = shapes.map((shape, i) => {
      const data = new Uint8Array(shape.reduce((product, size) => product * size));
      return dropped(`file ${i}`, encodeIdx({ type: 'uint8', shape, data }));
    });
    const { train, test } = await openDroppedFiles(entry, files, { verify: false });
    expect([train.count, test.count]).toEqual([60_000, 10_000]);
  });

  test('may be anything that has bytes and a name', async () => {
    const files = PARTS.map((part) =>
      Object.assign(new Blob([FILES[part] as BlobPart]), { name: NAMES[part] }),
    );
    expect((await openDroppedFiles(ENTRY, new Set(files))).test.count).toBe(5);
  });
});

/** The same with another last label or pixel each. */
function flipped(files: Files): Files {
  const changed = PARTS.map((part) => [part, files[part].with(-1, 2)]);
  return Object.fromEntries(changed) as Files;
}
