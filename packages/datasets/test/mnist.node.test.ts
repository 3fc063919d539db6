import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRawIdx } from '@softreg/idx';
import { mnistFolder, temporaryFolder } from '@softreg/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type Dataset,
  describeIdx,
  KMNIST,
  loadDataset,
  MNIST,
  minibatches,
  normalizeDigit,
  tutorialSplit,
} from '../src/index.js';
import { folderFiles, openDataset } from '../src/node/index.js';

const folder = mnistFolder();

describe.skipIf(folder === undefined)('the real MNIST', () => {
  let mnist: Dataset;

  beforeAll(async () => {
    mnist = await openDataset(MNIST, { folder });
  });

  test('has 60,000 and 10,000 images of 28 x 28, of the known checksums', () => {
    const size = { height: 28, width: 28, classes: 10 };
    expect(mnist.train).toMatchObject({ count: 60_000, ...size });
    expect(mnist.test).toMatchObject({ count: 10_000, ...size });
    expect(mnist.train.images.length).toBe(47_040_000);
    const known = Object.entries(MNIST.files).map(([part, { sha256 }]) => [part, sha256]);
    expect(mnist.sha256).toEqual(Object.fromEntries(known));
  });

  test('is not taken for a set of files with the same names', async () => {
    const raw = temporaryFolder();
    for (const { name } of Object.values(MNIST.files)) {
      const gzipped = readFileSync(join(folder as string, `${name}.gz`));
      writeFileSync(join(raw, name), await readRawIdx(gzipped));
    }
    await expect(openDataset(KMNIST, { folder: raw })).rejects.toMatchObject({
      code: 'DATASET_WRONG_CHECKSUM',
      expected: 'a file of Kuzushiji-MNIST characters',
      found: 'that of MNIST handwritten digits',
    });
  });

  test('shows 7 2 1 0 4 1 4 9 5 9 first', () => {
    expect([...mnist.test.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  });

  test('has the known number of each digit and the known mean pixel', () => {
    const { images, labels } = mnist.train;
    const { counts } = describeIdx({ type: 'uint8', shape: [60_000], data: labels });
    expect(counts?.map(({ count }) => count)).toEqual([
      5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]);
    const figures = describeIdx({ type: 'uint8', shape: [60_000, 28, 28], data: images });
    expect(figures).toMatchObject({ min: 0, max: 255, elements: 47_040_000 });
    expect(figures.mean).toBeCloseTo(33.3184, 4);
    expect(figures.zeros).toBeCloseTo(0.8088, 4);
  });

  test.each([1, 3])('is what normalizeDigit makes of its digits, %d times as large', (factor) => {
    const { images } = mnist.test;
    const side = 28 * factor + 2;
    let alike = 0;
    for (let turn = 0; turn < 1000; turn++) {
      const digit = images.subarray(784 * turn, 784 * (turn + 1));
      const data = Uint8Array.from({ length: side * side }, (_, index) => {
        const x = Math.floor((index % side) / factor);
        const y = Math.floor(index / side / factor);
        return x < 28 && y < 28 ? (digit[28 * y + x] as number) : 0;
      });
      const result = normalizeDigit({ width: side, height: side, data });
      if (result.every((value, index) => Math.abs(value - (digit[index] as number)) < 32)) {
        alike += 1;
      }
    }
    // What is fainter than an eighth is trimmed, and tips the few whose mass lies at the edge of a pixel.
    expect(alike).toBeGreaterThanOrEqual(990);
  });

  test('splits into 50,000, 10,000 and 10,000: 83, 16 and 16 minibatches of 600', () => {
    const { train, validation, test } = tutorialSplit(mnist);
    const sets = [train, validation, test];
    expect(sets.map(({ count }) => count)).toEqual([50_000, 10_000, 10_000]);
    expect(sets.map((set) => [...minibatches(set, 600)].length)).toEqual([83, 16, 16]);
    const { images, labels } = mnist.train;
    expect(Buffer.compare(validation.images, images.subarray(784 * 50_000))).toBe(0);
    expect(Buffer.compare(validation.labels, labels.subarray(50_000))).toBe(0);
  });

  test('a flipped byte of a copy is refused', async () => {
    const copy = temporaryFolder();
    const { trainLabels, ...others } = MNIST.files;
    for (const { name } of Object.values(others)) {
      symlinkSync(join(folder as string, `${name}.gz`), join(copy, `${name}.gz`));
    }
    const gzipped = readFileSync(join(folder as string, `${trainLabels.name}.gz`));
    const raw = await readRawIdx(gzipped);
    // The lowest bit of a digit: still a digit, so that the checksum alone can tell.
    const flipped = raw.with(30_000, (raw[30_000] as number) ^ 1);
    writeFileSync(join(copy, trainLabels.name), flipped);
    await expect(loadDataset(MNIST, folderFiles(copy))).rejects.toMatchObject({
      code: 'DATASET_WRONG_CHECKSUM',
      subject: join(copy, trainLabels.name),
      expected: `SHA-256 ${trainLabels.sha256}, that of MNIST handwritten digits`,
    });
  });
});
