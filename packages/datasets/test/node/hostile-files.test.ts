import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encodeIdx } from '@softreg/idx';
import {
  bytesRead,
  countUnpacked,
  fullScale,
  temporaryFolder,
  zeroBomb,
  zeroBombOfMembers,
} from '@softreg/testkit';
import { describe, expect, test } from 'vitest';
import { DatasetError, type DatasetErrorCode, type DatasetPart } from '../../src/index.js';
import { openDataset, readDatasetEntry, readIdxFile } from '../../src/node/index.js';
import { codedImages, codedLabels, entryOf, filesOf, NAMES, PARTS } from '../synthetic-set.js';

const FILES = filesOf();
const ENTRY = await entryOf(FILES);
const GIB = 2 ** 30;
const MIB = 2 ** 20;

/** The synthetic set in a folder, but for one file: `put` puts something else at its path. */
function folderWith(part: DatasetPart, put: (path: string) => void, ending = ''): string {
  const folder = temporaryFolder();
  for (const other of PARTS) {
    if (other !== part) writeFileSync(join(folder, NAMES[other]), FILES[other]);
  }
  put(join(folder, `${NAMES[part]}${ending}`));
  return folder;
}

function open(folder: string) {
  return openDataset(ENTRY, { folder, verify: false });
}

/** The error, which has to name the file, what was expected and what was found in its text. */
async function refusal(work: Promise<unknown>, subject: string): Promise<DatasetError> {
  const error = await work.then(
    () => new Error('accepted'),
    (reason: unknown) => reason,
  );
  if (!DatasetError.isInstance(error)) throw error;
  expect(error.subject).toBe(subject);
  for (const part of [subject, error.expected, error.found]) {
    expect(part).not.toBe('');
    expect(error.message).toContain(part);
  }
  expect(error.message.length).toBeLessThan(500);
  return error;
}

/** A header that says so, of bytes, and what is after it. */
function file(dimensions: readonly number[], data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const head = Buffer.alloc(4 + 4 * dimensions.length);
  head.set([0, 0, 8, dimensions.length]);
  for (const [axis, size] of dimensions.entries()) head.writeUInt32BE(size, 4 + 4 * axis);
  return Buffer.concat([head, data]);
}

const IMAGES = FILES.trainImages;
const PIXELS = IMAGES.slice(16);

describe('a header that says something else than the file', () => {
  const cases: [string, Uint8Array, string, number][] = [
    ['a product of 2^64', file([2 ** 31, 2 ** 31, 4], PIXELS), 'IDX_TOO_LARGE', 4],
    ['2^32 - 1 in each', file(new Array(3).fill(2 ** 32 - 1), PIXELS), 'IDX_TOO_LARGE', 4],
    ['an image too many', file([13, 2, 3], PIXELS), 'IDX_TRUNCATED', IMAGES.length],
    ['an image too few', file([11, 2, 3], PIXELS), 'IDX_TRAILING_BYTES', 16 + 66],
    ['no images', file([0, 2, 3], PIXELS), 'IDX_TRAILING_BYTES', 16],
    ['a byte after the end', Uint8Array.of(...IMAGES, 0), 'IDX_TRAILING_BYTES', IMAGES.length],
    ['an unknown type', IMAGES.with(2, 0x0a), 'IDX_UNKNOWN_TYPE', 2],
    ['no magic number', IMAGES.with(0, 0x50), 'IDX_BAD_MAGIC', 0],
    ['nothing', new Uint8Array(0), 'IDX_TRUNCATED', 0],
  ];

  test.each(cases)('%s', async (_, bytes, code, offset) => {
    for (const [ending, content] of [
      ['', bytes],
      ['.gz', gzipSync(bytes)],
    ] as const) {
      const folder = folderWith('trainImages', (path) => writeFileSync(path, content), ending);
      const path = join(folder, `${NAMES.trainImages}${ending}`);
      for (const work of [() => open(folder), () => readIdxFile(path)]) {
        const error = await refusal(work(), path);
        expect(error).toMatchObject({ code: 'DATASET_FILE_DAMAGED', cause: { code, offset } });
        expect(error.message).toMatch(/ \(at byte \d+.*\); replace the file with a good copy$/);
      }
    }
  });
});

describe('good files that do not belong together', () => {
  const cases: [string, DatasetPart, Uint8Array, DatasetErrorCode][] = [
    ['a label too few', 'trainLabels', encodeIdx(codedLabels(11)), 'DATASET_COUNTS_DIFFER'],
    ['a label too many', 'testLabels', encodeIdx(codedLabels(6)), 'DATASET_COUNTS_DIFFER'],
    [
      'a label out of range',
      'trainLabels',
      FILES.trainLabels.with(13, 10),
      'DATASET_LABEL_OUT_OF_RANGE',
    ],
    ['a label of 255', 'testLabels', FILES.testLabels.with(-1, 255), 'DATASET_LABEL_OUT_OF_RANGE'],
    ['labels in place of images', 'trainImages', FILES.trainLabels, 'DATASET_WRONG_SHAPE'],
    ['images in place of labels', 'testLabels', FILES.testImages, 'DATASET_WRONG_SHAPE'],
    ['images of nothing', 'trainImages', file([12, 0, 2 ** 32 - 1]), 'DATASET_WRONG_SHAPE'],
    [
      'images of another size',
      'testImages',
      encodeIdx(codedImages(5, 3, 2)),
      'DATASET_WRONG_SHAPE',
    ],
  ];

  test.each(cases)('%s', async (_, part, bytes, code) => {
    const folder = folderWith(part, (path) => writeFileSync(path, bytes));
    expect((await refusal(open(folder), join(folder, NAMES[part]))).code).toBe(code);
  });
});

describe.skipIf(process.platform === 'win32')('a path that is no file', () => {
  const cases: [string, (path: string) => void, RegExp][] = [
    ['a folder', (path) => mkdirSync(path), /no regular file|neither/],
    ['/dev/zero', (path) => symlinkSync('/dev/zero', path), /no regular file|neither/],
    ['/dev/full', (path) => symlinkSync('/dev/full', path), /no regular file|neither/],
    ['a pipe', (path) => execFileSync('mkfifo', [path]), /no regular file|neither/],
    ['a link to nowhere', (path) => symlinkSync(`${path}-gone`, path), /no regular file|neither/],
    ['a link to itself', (path) => symlinkSync(path, path), /ELOOP/],
    ['two links to each other', linkedTwice, /ELOOP/],
    ['something below a file', (path) => writeFileSync(path, ''), /no regular file|neither/],
  ];

  test.each(cases)('%s', async (name, put, found) => {
    const folder = folderWith('testImages', put);
    const path = join(folder, NAMES.testImages, ...(name.startsWith('something') ? ['x'] : []));
    for (const read of [readIdxFile, readDatasetEntry]) {
      const error = await refusal(read(path), path);
      expect(error).toMatchObject({
        code: 'DATASET_FILE_MISSING',
        found: expect.stringMatching(found),
      });
    }
    if (name.startsWith('something')) return;
    const subject = String(found) === '/ELOOP/' ? path : folder;
    const error = await refusal(open(folder), subject);
    expect(error).toMatchObject({
      code: 'DATASET_FILE_MISSING',
      found: expect.stringMatching(found),
    });
    // The name is in any case there, and what to do about it.
    expect(error.message).toContain(NAMES.testImages);
  });

  test.each(['/dev/zero', '/dev/full', '/dev/null'])('%s itself', async (path) => {
    for (const read of [readIdxFile, readDatasetEntry]) {
      expect((await refusal(read(path), path)).code).toBe('DATASET_FILE_MISSING');
    }
  });

  function linkedTwice(path: string): void {
    symlinkSync(`${path}-other`, path);
    symlinkSync(path, `${path}-other`);
  }
});

describe('a sparse file of 5 GiB', () => {
  const cases: [string, Uint8Array][] = [
    ['claims little', file([12, 2, 3])],
    ['claims what it has', file([5 * 2 ** 20, 32, 32])],
    ['claims far more', file([2 ** 32 - 1, 28, 28])],
    ['has no header', new Uint8Array(1)],
  ];

  test.each(cases)('that %s is refused, and not read', async (_, head) => {
    const put = (path: string) => {
      writeFileSync(path, head);
      truncateSync(path, 5 * GIB + head.length);
    };
    const folder = folderWith('trainImages', put);
    const path = join(folder, NAMES.trainImages);
    const before = bytesRead();
    for (const work of [
      () => open(folder),
      () => readIdxFile(path),
      () => readDatasetEntry(path),
    ]) {
      const started = performance.now();
      const error = await refusal(work(), path);
      expect(error.code).toMatch(/^DATASET_FILE_(DAMAGED|MISSING)$/);
      expect(performance.now() - started).toBeLessThan(1000);
    }
    expect(bytesRead() - before).toBeLessThan(16 * MIB);
    rmSync(path);
  });
});

describe('a gzip bomb', () => {
  const sizes = fullScale ? [10, 100, 1024, 10_240] : [10, 100, 1024];
  const heads: [string, Uint8Array, string][] = [
    ['with no header', new Uint8Array(0), 'IDX_UNKNOWN_TYPE'],
    ['that claims little', file([12, 2, 3]), 'IDX_TRAILING_BYTES'],
    ['that claims much', file([2 ** 20, 28, 28]), 'IDX_TOO_LARGE'],
  ];

  test.each(sizes.flatMap((size) => heads.map((head) => [size, ...head] as const)))(
    'of %d MiB %s stops at once',
    async (size, _, head, code) => {
      const one = zeroBomb(head, size, { isCut: true });
      // Newer versions of Node do not look beyond the first member.
      const many = zeroBombOfMembers(head, size);
      for (const [bomb, found] of [
        [one, new RegExp(`^${code}$`)],
        [many, new RegExp(`^(${code}|IDX_BAD_GZIP)$`)],
      ] as const) {
        const unpacked = countUnpacked();
        const folder = folderWith('testImages', (path) => writeFileSync(path, bomb), '.gz');
        const path = join(folder, `${NAMES.testImages}.gz`);
        const memory = process.memoryUsage().arrayBuffers;
        const error = await refusal(open(folder), path);
        expect(error.code).toBe('DATASET_FILE_DAMAGED');
        expect((error.cause as { code: string }).code).toMatch(found);
        expect(process.memoryUsage().arrayBuffers - memory).toBeLessThan(
          4 * bomb.length + 16 * MIB,
        );
        if (bomb === one) expect(unpacked()).toBeGreaterThan(0);
        expect(unpacked()).toBeLessThan(MIB);
      }
    },
  );

  test('readIdxFile stops at 1 GiB, or where the header says that the file ends', async () => {
    const path = join(temporaryFolder(), 'file');
    for (const [, head, code] of heads.slice(0, 2)) {
      writeFileSync(path, zeroBomb(head, 1024, { isCut: true }));
      const unpacked = countUnpacked();
      expect(await refusal(readIdxFile(path), path)).toMatchObject({ cause: { code } });
      expect(unpacked()).toBeLessThan(MIB);
    }
    writeFileSync(path, zeroBomb(file([2, 1024, 1024, 512]), 1025, { isCut: true }));
    expect(await refusal(readIdxFile(path), path)).toMatchObject({
      cause: { code: 'IDX_TOO_LARGE' },
    });
  });
});
