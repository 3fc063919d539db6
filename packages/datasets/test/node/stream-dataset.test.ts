import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readRawIdx } from '@softreg/idx';
import { mnistFolder, temporaryFolder } from '@softreg/testkit';
import { describe, expect, test } from 'vitest';
import {
  DatasetError,
  type DatasetPart,
  type ImageStream,
  KMNIST,
  MNIST,
  tutorialSplit,
} from '../../src/index.js';
import { openDataset, streamDataset } from '../../src/node/index.js';
import { codedImages, codedLabels, entryOf, filesOf, NAMES, PARTS } from '../synthetic-set.js';

type Changes = Partial<Record<DatasetPart, Uint8Array | undefined>>;

const FILES = filesOf();

/** A folder with the files, some of them changed or left out. */
function filled(changes: Changes = {}, gzipped: readonly DatasetPart[] = []): string {
  const folder = temporaryFolder();
  for (const [part, bytes] of Object.entries({ ...FILES, ...changes })) {
    if (bytes === undefined) continue;
    const isGzipped = gzipped.includes(part as DatasetPart);
    const path = join(folder, `${NAMES[part as DatasetPart]}${isGzipped ? '.gz' : ''}`);
    writeFileSync(path, isGzipped ? gzipSync(bytes) : bytes);
  }
  return folder;
}

/** All pixels and labels, in minibatches of 2. */
async function contentOf(stream: ImageStream) {
  const images: number[] = [];
  const labels: number[] = [];
  for await (const minibatch of stream.minibatches(2, 0, undefined)) {
    images.push(...minibatch.images);
    labels.push(...minibatch.labels);
  }
  return { images, labels };
}

describe.each([
  ['raw', []],
  ['gzipped', PARTS],
  ['some of each', ['trainImages', 'testLabels'] as const],
])('files that are %s', (_, gzipped) => {
  test('are what openDataset reads, in the tutorial’s split', async () => {
    const entry = await entryOf(FILES);
    const folder = filled({}, gzipped);
    const dataset = await openDataset(entry, { folder });
    const read: string[] = [];
    const streams = await streamDataset(entry, { folder, onRead: (path) => read.push(path) });
    expect(streams).toMatchObject({
      name: dataset.name,
      classNames: dataset.classNames,
      sha256: dataset.sha256,
    });
    const split = tutorialSplit(dataset);
    for (const part of ['train', 'validation', 'test'] as const) {
      const { images, labels, count } = split[part];
      expect(streams[part].count).toBe(count);
      expect(await contentOf(streams[part])).toEqual({
        images: Array.from(images),
        labels: Array.from(labels),
      });
    }
    expect(read.map((path) => path.replace(/\.gz$/, ''))).toEqual([
      join(folder, NAMES.trainImages),
      join(folder, NAMES.testImages),
    ]);
    await streams.close();
  });
});

const FAULTS: [name: string, changes: Changes][] = [
  ['images are missing', { trainImages: undefined }],
  ['labels are missing', { testLabels: undefined }],
  ['an image file is cut', { trainImages: FILES.trainImages.subarray(0, 40) }],
  ['an image file is too long', { testImages: Uint8Array.of(...FILES.testImages, 0) }],
  ['a label file is cut', { trainLabels: FILES.trainLabels.subarray(0, 12) }],
  ['a file is no IDX file', { testImages: new TextEncoder().encode('<!doctype html>') }],
  ['images are in the place of labels', { trainLabels: FILES.trainImages }],
  ['counts differ', filesOf({ trainLabels: codedLabels(11) })],
  [
    'a label is out of range',
    filesOf({ testLabels: { type: 'uint8', shape: [5], data: Uint8Array.of(1, 2, 10, 3, 4) } }),
  ],
  ['training and test images differ in size', filesOf({ testImages: codedImages(5, 3, 2) })],
  ['an image file is of other images', { testImages: changed(FILES.testImages, 20) }],
  ['a label file is of other labels', { trainLabels: changed(FILES.trainLabels, 10) }],
];

function changed(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = 9 - ((copy[at] as number) % 10);
  return copy;
}

describe('what openDataset refuses is refused in the same words, where', () => {
  test.each(FAULTS)('%s', async (_, changes) => {
    const entry = await entryOf(FILES);
    for (const gzipped of [[], PARTS]) {
      const folder = filled(changes, gzipped);
      const refused = await openDataset(entry, { folder }).catch((error: unknown) => error);
      if (!DatasetError.isInstance(refused)) throw new Error('openDataset did not refuse it');
      const found = await streamDataset(entry, { folder }).catch((error: unknown) => error);
      expect(found).toSatisfy(DatasetError.isInstance);
      const { code, subject, expected } = refused;
      expect(found).toMatchObject({ code, subject, expected });
    }
  });

  test('there is no such folder', async () => {
    const folder = join(temporaryFolder(), 'none');
    await expect(streamDataset(await entryOf(FILES), { folder })).rejects.toMatchObject({
      code: 'DATASET_FOLDER_MISSING',
    });
  });

  test('there are too few images to split', async () => {
    const files = filesOf({ trainImages: codedImages(2, 2, 3), trainLabels: codedLabels(2) });
    await expect(
      streamDataset(await entryOf(files), { folder: filled(files) }),
    ).rejects.toMatchObject({ code: 'DATASET_TOO_SMALL' });
  });
});

test('other files are accepted where they need not be the known ones', async () => {
  const files = filesOf({ trainLabels: codedLabels(12), testImages: codedImages(5, 2, 3) });
  const folder = filled({ ...files, trainLabels: changed(files.trainLabels, 10) });
  const streams = await streamDataset(await entryOf(FILES), { folder, verify: false });
  expect(streams.test.count).toBe(5);
  await streams.close();
});

test('a file that becomes shorter on the way is told of, with where it ends', async () => {
  const folder = filled();
  const streams = await streamDataset(await entryOf(FILES), { folder });
  const path = join(folder, NAMES.trainImages);
  truncateSync(path, 16 + 30);
  const reading = contentOf(streams.train);
  await expect(reading).rejects.toMatchObject({ code: 'DATASET_FILE_DAMAGED', subject: path });
  await expect(reading).rejects.toThrow(/\(at byte 46\)/);
  await streams.close();
});

test('a gzipped file that goes away is told of', async () => {
  const folder = filled({}, PARTS);
  const streams = await streamDataset(await entryOf(FILES), { folder });
  const path = join(folder, `${NAMES.trainImages}.gz`);
  rmSync(path);
  await expect(contentOf(streams.train)).rejects.toMatchObject({
    code: 'DATASET_FILE_MISSING',
    subject: path,
  });
  await streams.close();
});

const folder = mnistFolder();

describe.skipIf(folder === undefined)('the real MNIST, read as it is needed', () => {
  test('has the known checksums, and is mixed within windows', { timeout: 60_000 }, async () => {
    const streams = await streamDataset(MNIST, { folder: folder as string, window: 1200 });
    const dataset = await openDataset(MNIST, { folder: folder as string });
    expect(streams.sha256).toEqual(dataset.sha256);
    const { done, value } = await streams.train.minibatches(600, 40, 7).next();
    if (done) throw new Error('there are 83 minibatches');
    const counts = (labels: Uint8Array) =>
      Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length);
    const rest = await streams.train.minibatches(600, 41, 7).next();
    const window = dataset.train.labels.subarray(24_000, 25_200);
    expect(value.labels).not.toEqual(window.subarray(0, 600));
    const both = Uint8Array.of(...value.labels, ...(rest.value?.labels ?? []));
    expect(counts(both)).toEqual(counts(window));
    await streams.close();
  });

  test('is not taken for a set of files with the same names', async () => {
    const raw = temporaryFolder();
    for (const { name } of Object.values(MNIST.files)) {
      const gzipped = readFileSync(join(folder as string, `${name}.gz`));
      writeFileSync(join(raw, name), await readRawIdx(gzipped));
    }
    await expect(streamDataset(KMNIST, { folder: raw })).rejects.toMatchObject({
      code: 'DATASET_WRONG_CHECKSUM',
      found: 'that of MNIST handwritten digits',
    });
    // With .gz the published MD5 tells too.
    await expect(streamDataset(KMNIST, { folder: folder as string })).rejects.toMatchObject({
      code: 'DATASET_WRONG_CHECKSUM',
    });
  });
});
