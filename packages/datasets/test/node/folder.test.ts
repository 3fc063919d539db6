import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { mnistFolder, temporaryFolder } from '@softreg/testkit';
import { describe, expect, test } from 'vitest';
import { type DatasetPart, loadDataset, MNIST } from '../../src/index.js';
import { folderFiles } from '../../src/node/index.js';
import { entryOf, filesOf, NAMES, PARTS } from '../synthetic-set.js';

const FILES = filesOf();
const ENTRY = await entryOf(FILES);

/** The synthetic set in a folder of its own. */
function filledFolder({ gzipped }: { gzipped: boolean }): string {
  const folder = temporaryFolder();
  for (const part of PARTS) {
    const path = join(folder, gzipped ? `${NAMES[part]}.gz` : NAMES[part]);
    writeFileSync(path, gzipped ? gzipSync(FILES[part]) : FILES[part]);
  }
  return folder;
}

function load(folder: string) {
  return loadDataset(ENTRY, folderFiles(folder));
}

describe('a folder with the files', () => {
  test.each([true, false])('gzipped: %s', async (gzipped) => {
    const { train, test, sha256 } = await load(filledFolder({ gzipped }));
    expect(train.images).toEqual(FILES.trainImages.subarray(16));
    expect(train.labels).toEqual(FILES.trainLabels.subarray(8));
    expect(test.images).toEqual(FILES.testImages.subarray(16));
    expect(test.labels).toEqual(FILES.testLabels.subarray(8));
    expect(sha256.testImages).toBe(ENTRY.files.testImages.sha256);
  });

  test('some raw, some gzipped, one behind a link', async () => {
    const folder = filledFolder({ gzipped: true });
    rmSync(join(folder, 'train-images.gz'));
    writeFileSync(join(folder, 'elsewhere'), FILES.trainImages);
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'train-images'));
    expect((await load(folder)).train.count).toBe(12);
  });

  test('where a file is there twice, the raw one counts', async () => {
    const folder = filledFolder({ gzipped: false });
    writeFileSync(join(folder, 'train-labels.gz'), 'damaged, and never looked at');
    expect((await load(folder)).train.count).toBe(12);
    const { location } = await folderFiles(folder)('train-labels', 100);
    expect(location).toBe(join(folder, 'train-labels'));

    writeFileSync(join(folder, 'train-labels'), 'damaged');
    writeFileSync(join(folder, 'train-labels.gz'), gzipSync(FILES.trainLabels));
    await expect(load(folder)).rejects.toMatchObject({
      code: 'DATASET_FILE_DAMAGED',
      subject: join(folder, 'train-labels'),
    });
  });

  test('a wrong extension does not matter: the bytes tell', async () => {
    const folder = filledFolder({ gzipped: false });
    writeFileSync(join(folder, 'train-labels'), gzipSync(FILES.trainLabels));
    rmSync(join(folder, 'test-labels'));
    writeFileSync(join(folder, 'test-labels.gz'), FILES.testLabels);
    expect((await load(folder)).test.labels).toEqual(FILES.testLabels.subarray(8));
  });
});

describe('something missing', () => {
  test('the folder', async () => {
    const folder = join(temporaryFolder(), 'missing');
    await expect(load(folder)).rejects.toMatchObject({
      code: 'DATASET_FOLDER_MISSING',
      message: `${folder}: expected a folder with the IDX files of the data set, found no such folder; name another with --data-dir`,
    });
  });

  test('a file where the folder should be', async () => {
    const folder = join(temporaryFolder(), 'file');
    writeFileSync(folder, '');
    await expect(load(folder)).rejects.toMatchObject({ code: 'DATASET_FOLDER_MISSING' });
  });

  test.each(PARTS)('%s', async (part) => {
    const folder = filledFolder({ gzipped: true });
    rmSync(join(folder, `${NAMES[part]}.gz`));
    await expect(load(folder)).rejects.toMatchObject({
      code: 'DATASET_FILE_MISSING',
      message: `${folder}: expected ${NAMES[part]} or ${NAMES[part]}.gz, found neither; put the file there, or name another folder with --data-dir`,
    });
  });
});

describe('something else in the place of a file', () => {
  test('a folder', async () => {
    const folder = filledFolder({ gzipped: false });
    rmSync(join(folder, 'train-images'));
    mkdirSync(join(folder, 'train-images'));
    await expect(load(folder)).rejects.toMatchObject({
      code: 'DATASET_FILE_MISSING',
      expected: 'train-images or train-images.gz',
    });
    writeFileSync(join(folder, 'train-images.gz'), gzipSync(FILES.trainImages));
    expect((await load(folder)).train.count).toBe(12);
  });

  test.skipIf(process.platform === 'win32')('a pipe, which would never end', async () => {
    const folder = filledFolder({ gzipped: false });
    rmSync(join(folder, 'test-labels'));
    execFileSync('mkfifo', [join(folder, 'test-labels')]);
    await expect(load(folder)).rejects.toMatchObject({
      code: 'DATASET_FILE_MISSING',
      expected: 'test-labels or test-labels.gz',
    });
  });

  test('a link that leads nowhere, and one that leads to itself', async () => {
    const folder = filledFolder({ gzipped: false });
    rmSync(join(folder, 'train-labels'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'train-labels'));
    await expect(load(folder)).rejects.toMatchObject({
      code: 'DATASET_FILE_MISSING',
      found: 'neither',
    });
    symlinkSync(join(folder, 'train-labels.gz'), join(folder, 'train-labels.gz'));
    await expect(load(folder)).rejects.toMatchObject({
      code: 'DATASET_FILE_MISSING',
      subject: join(folder, 'train-labels.gz'),
      found: expect.stringContaining('ELOOP'),
    });
  });
});

const mnist = mnistFolder();

describe.skipIf(mnist === undefined)('damaged copies of a real file', () => {
  /** MNIST's test set in both roles: the same files, read in a sixth of the time. */
  const { testImages, testLabels } = MNIST.files;
  const entry = {
    ...MNIST,
    files: { trainImages: testImages, trainLabels: testLabels, testImages, testLabels },
  };

  async function loadWith(part: DatasetPart, damage: (raw: Buffer) => Uint8Array, gzipped = false) {
    const { name } = entry.files[part];
    const folder = temporaryFolder();
    for (const file of [testImages, testLabels]) {
      const copy = readFileSync(join(mnist as string, `${file.name}.gz`));
      writeFileSync(join(folder, `${file.name}.gz`), copy);
    }
    const path = join(folder, gzipped ? `${name}.gz` : name);
    const original = readFileSync(join(folder, `${name}.gz`));
    writeFileSync(path, damage(gzipped ? original : gunzipSync(original)));
    const error = await loadDataset(entry, folderFiles(folder)).catch((reason: unknown) => reason);
    return { error, path };
  }

  test('the undamaged copies are accepted', async () => {
    expect((await loadWith('testLabels', (raw) => raw)).error).toMatchObject({ name: 'mnist' });
  });

  const damages: [string, (raw: Buffer) => Uint8Array, string][] = [
    ['cut in half', (raw) => raw.subarray(0, raw.length / 2), 'IDX_TRUNCATED'],
    ['its last byte missing', (raw) => raw.subarray(0, -1), 'IDX_TRUNCATED'],
    ['a wrong magic number', (raw) => Buffer.from(raw).fill(1, 0, 1), 'IDX_BAD_MAGIC'],
    ['a byte after its end', (raw) => Buffer.concat([raw, Buffer.of(0)]), 'IDX_TRAILING_BYTES'],
  ];

  for (const part of ['testImages', 'testLabels'] as const) {
    test.each(damages)(`${part}, %s`, async (_, damage, cause) => {
      const { error, path } = await loadWith(part, damage);
      expect(error).toMatchObject({
        code: 'DATASET_FILE_DAMAGED',
        subject: path,
        cause: expect.objectContaining({ code: cause }),
      });
    });

    test.each([
      ['cut in half', (file: Buffer) => file.subarray(0, file.length / 2)],
      ['its last byte missing', (file: Buffer) => file.subarray(0, -1)],
    ])(`${part}, gzipped, %s`, async (_, damage) => {
      const { error, path } = await loadWith(part, damage, true);
      expect(error).toMatchObject({
        code: 'DATASET_FILE_DAMAGED',
        subject: path,
        cause: expect.objectContaining({ code: 'IDX_BAD_GZIP' }),
      });
    });
  }
});
