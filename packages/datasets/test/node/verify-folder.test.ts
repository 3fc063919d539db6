import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { mnistFolder, temporaryFolder } from '@softreg/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { ANY_DIGITS, type DatasetEntry, FASHION_MNIST, KMNIST, MNIST } from '../../src/index.js';
import { verifyFolder, writeDigits } from '../../src/node/index.js';
import { entryOf, filesOf, NAMES, PARTS } from '../synthetic-set.js';

const FILES = filesOf();

let folder: string;
let entry: DatasetEntry;

beforeEach(async () => {
  folder = temporaryFolder();
  entry = await entryOf(FILES);
  for (const part of PARTS) writeFileSync(join(folder, NAMES[part]), FILES[part]);
});

const at = (part: (typeof PARTS)[number]) => join(folder, NAMES[part]);
const statesOf = (checks: readonly { state: string }[]) => checks.map(({ state }) => state);

describe('verifyFolder', () => {
  test('tells good files, raw and gzipped, from missing ones', async () => {
    const gzipped = gzipSync(FILES.trainLabels);
    writeFileSync(`${at('trainLabels')}.gz`, gzipped);
    rmSync(at('trainLabels'));
    rmSync(at('testImages'));
    const [images, labels, missing, good] = await verifyFolder(entry, folder);
    expect(images).toEqual({
      file: 'train-images',
      state: 'good',
      path: at('trainImages'),
      bytes: FILES.trainImages.length,
      verified: true,
    });
    expect(labels).toMatchObject({
      state: 'good',
      path: `${at('trainLabels')}.gz`,
      bytes: gzipped.length,
    });
    expect(missing).toEqual({ file: 'test-images', state: 'missing' });
    expect(good).toMatchObject({ state: 'good' });
  });

  test('tells damaged files from those of other data', async () => {
    truncateSync(at('trainImages'), 40);
    const changed = Buffer.from(FILES.testLabels);
    changed[10] = 9;
    writeFileSync(at('testLabels'), changed);
    const [damaged, , , other] = await verifyFolder(entry, folder);
    expect(damaged).toMatchObject({
      state: 'damaged',
      path: at('trainImages'),
      isOther: false,
      reason: expect.stringMatching(/^expected 88 bytes.*after 40 bytes.*at byte 40/),
    });
    expect(other).toMatchObject({
      state: 'damaged',
      isOther: true,
      reason: expect.stringMatching(
        /^expected SHA-256 [0-9a-f]{64}, that of the tiny set, found [0-9a-f]{64}$/,
      ),
    });
  });

  test('without checksums looks whether the files fit together', async () => {
    await writeDigits({ folder, train: 20, test: 5 });
    const good = await verifyFolder(ANY_DIGITS, folder);
    expect(good.map((check) => 'verified' in check && check.verified)).toEqual(
      Array(4).fill(false),
    );
    expect(statesOf(good)).toEqual(Array(4).fill('good'));
    const labels = join(folder, 't10k-labels-idx1-ubyte.gz');
    writeFileSync(labels, readFileSync(join(folder, 'train-labels-idx1-ubyte.gz')));
    const checks = await verifyFolder(ANY_DIGITS, folder);
    expect(statesOf(checks)).toEqual(['good', 'good', 'good', 'damaged']);
    expect(checks[3]).toMatchObject({
      path: labels,
      reason: expect.stringMatching(/^expected 5 labels, one for each image of .*, found 20$/),
    });
  });

  test('takes the MD5 of the .gz where that is all there is', async () => {
    await writeDigits({ folder, train: 20, test: 5 });
    const [images] = await verifyFolder(KMNIST, folder, { parts: ['trainImages'] });
    expect(images).toMatchObject({
      state: 'damaged',
      isOther: true,
      reason: expect.stringMatching(/^expected MD5 bdb82020997e1d708af4cf47b453dcf7 of the \.gz/),
    });
  });

  test('reads the parts that it is told to', async () => {
    const checks = await verifyFolder(entry, folder, { parts: ['testLabels'] });
    expect(checks.map(({ file }) => file)).toEqual(['test-labels']);
  });

  test('a folder in the place of a file is no file, and no folder an error', async () => {
    rmSync(at('testLabels'));
    mkdirSync(at('testLabels'));
    expect((await verifyFolder(entry, folder))[3]).toMatchObject({ state: 'missing' });
    await expect(verifyFolder(entry, join(folder, 'none'))).rejects.toMatchObject({
      code: 'DATASET_FOLDER_MISSING',
    });
  });
});

const mnist = mnistFolder();

test.skipIf(mnist === undefined)('MNIST is no other set', async () => {
  const check = async (set: DatasetEntry) => verifyFolder(set, mnist ?? '');
  expect(statesOf(await check(MNIST))).toEqual(Array(4).fill('good'));
  for (const other of [FASHION_MNIST, KMNIST, ANY_DIGITS]) {
    const checks = await check(other);
    expect(statesOf(checks)).toEqual(Array(4).fill('damaged'));
    expect(checks[0]).toMatchObject({
      reason: expect.stringContaining('that of MNIST handwritten digits'),
    });
  }
});
