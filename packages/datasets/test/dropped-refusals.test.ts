import { encodeGzippedIdx, encodeIdx } from '@softreg/idx';
import { describe, expect, test } from 'vitest';
import { DatasetError, type DroppedFile, openDroppedFiles } from '../src/index.js';
import { drop, dropped, ENTRY, FILES, vector } from './dropped-set.js';
import { ARRAYS, codedImages, codedLabels, filesOf, NAMES, PARTS } from './synthetic-set.js';

async function refusal(files: Iterable<DroppedFile>, options = {}, entry: typeof ENTRY = ENTRY) {
  const error = await openDroppedFiles(entry, files, options).catch((reason: unknown) => reason);
  if (!DatasetError.isInstance(error)) throw new Error(`not a DatasetError: ${error}`);
  return error;
}

describe('what is refused', () => {
  test.each(PARTS)('no file for %s', async (part) => {
    const files = drop().filter(({ name }) => name !== NAMES[part]);
    expect(await refusal(files)).toMatchObject({
      code: 'DATASET_FILE_MISSING',
      message:
        `${NAMES[part]}: expected this file too, raw or with .gz, ` +
        `found ${files.map(({ name }) => name).join(', ')}; ` +
        'choose all four files of the tiny set at once',
    });
  });

  test('no file at all', async () => {
    expect(await refusal([])).toMatchObject({ code: 'DATASET_FILE_MISSING', found: 'no file' });
  });

  test.each(PARTS)('two files for %s', async (part) => {
    const again = dropped(`${NAMES[part]}.gz`, await encodeGzippedIdx(ARRAYS[part]));
    expect(await refusal([...drop(), again])).toMatchObject({
      code: 'DATASET_FILE_TWICE',
      subject: `${NAMES[part]}.gz`,
      message: expect.stringContaining(
        `expected one file in the place of ${NAMES[part]}, found ${NAMES[part]} too; leave out one`,
      ),
    });
    const nameless = dropped('copy', FILES[part]);
    expect(await refusal([...drop(), nameless])).toMatchObject({
      code: 'DATASET_FILE_TWICE',
      subject: 'copy',
    });
  });

  test('a file more of the right kind and of another size', async () => {
    const more = dropped('more', encodeIdx(codedImages(3, 2, 3)));
    expect(await refusal([...drop(), more])).toMatchObject({
      code: 'DATASET_FILE_TWICE',
      subject: 'more',
      found: 'train-images too',
    });
  });

  test('two files of which nothing tells which is which', async () => {
    const changes = { trainLabels: vector(7, 1), testLabels: vector(7, 2) };
    const files = drop(filesOf(changes), (name) => (name.endsWith('labels') ? `x${name}` : name));
    expect(await refusal(files, { verify: false })).toMatchObject({
      code: 'DATASET_FILE_TWICE',
      subject: 'xtest-labels',
      found: 'xtrain-labels too',
    });
  });

  test.each([
    ['a text', new TextEncoder().encode('read me'), 'a file that begins with 0x72 0x65'],
    ['an empty file', new Uint8Array(0), 'an empty file'],
    ['a file of a byte', Uint8Array.of(7), 'a file that begins with 0x07'],
  ])('%s, by its name or beside the four', async (_, bytes, found) => {
    for (const name of ['test-labels', 'README.txt']) {
      const files = [...drop().filter((file) => file.name !== name), dropped(name, bytes)];
      expect(await refusal(files)).toMatchObject({
        code: 'DATASET_FILE_DAMAGED',
        subject: name,
        found,
        message: expect.stringMatching(/; choose the data set’s files and no others$/),
      });
    }
  });

  test.each(['test-labels', 'anything'])('a damaged IDX file called %s', async (name) => {
    const files = drop().slice(0, 3);
    const cut = dropped(name, FILES.testLabels.subarray(0, -1));
    expect(await refusal([...files, cut])).toMatchObject({
      code: 'DATASET_FILE_DAMAGED',
      subject: name,
      cause: expect.objectContaining({ code: 'IDX_TRUNCATED' }),
    });
  });

  test('an IDX file that holds neither images nor labels', async () => {
    const matrix = encodeIdx({ type: 'uint8', shape: [2, 2], data: new Uint8Array(4) });
    expect(await refusal([...drop(), dropped('matrix', matrix)])).toMatchObject({
      code: 'DATASET_WRONG_SHAPE',
      subject: 'matrix',
      found: 'uint8 of shape 2 x 2',
    });
  });

  test('a folder, which cannot be read', async () => {
    const folder = dropped('mnist', new Uint8Array(4096));
    const unreadable = () => Promise.reject(new DOMException('gone', 'NotFoundError'));
    folder.slice = () => Object.assign(new Blob(), { arrayBuffer: unreadable });
    expect(await refusal([folder])).toMatchObject({
      code: 'DATASET_FILE_MISSING',
      subject: 'mnist',
      found: 'a folder, or a file that is no longer there (NotFoundError: gone)',
      message: expect.stringMatching(/; choose the files themselves$/),
    });
  });

  test('a file beyond twenty times the known size, unread', async () => {
    const { bytes } = ENTRY.files.testLabels;
    const large = dropped('test-labels', encodeIdx(codedLabels(20 * bytes - 8 + 1)));
    large.arrayBuffer = () => expect.unreachable();
    expect(await refusal([...drop().slice(0, 3), large])).toMatchObject({
      code: 'DATASET_FILE_DAMAGED',
      subject: 'test-labels',
      expected: `at most ${20 * bytes} bytes`,
      found: `${20 * bytes + 1}`,
    });
  });

  test('a gzip bomb', async () => {
    const { bytes } = ENTRY.files.trainImages;
    const bomb = await encodeGzippedIdx(codedImages(1, 20 * bytes, 50));
    for (const name of ['train-images', 'anything']) {
      const error = await refusal([...drop().slice(1), dropped(name, bomb)]);
      expect(error).toMatchObject({ code: 'DATASET_FILE_DAMAGED', subject: name });
      expect(error.message).toMatch(/expected at most \d+ bytes, found /);
    }
  });

  test('other data, unless checksums are not wanted', async () => {
    const files = drop(filesOf({ trainLabels: vector(12, 3) }));
    expect(await refusal(files)).toMatchObject({
      code: 'DATASET_WRONG_CHECKSUM',
      subject: 'train-labels',
    });
    const accepted = await openDroppedFiles(ENTRY, files, { verify: false });
    expect(accepted.train.labels[0]).toBe(3);
  });

  test('labels that are no classes, counts that differ', async () => {
    const labels = drop(filesOf({ trainLabels: vector(12, 10) }));
    expect((await refusal(labels)).code).toBe('DATASET_LABEL_OUT_OF_RANGE');
    const counts = drop(filesOf({ trainLabels: vector(11, 1) }));
    expect((await refusal(counts)).code).toBe('DATASET_COUNTS_DIFFER');
  });
});

test('where only the MD5 of the .gz is known, that is checked, and raw files are believed', async () => {
  const files = PARTS.map((part) => {
    const { name, bytes } = ENTRY.files[part];
    return [part, { name, bytes, gzipMd5: '0'.repeat(32) }];
  });
  const entry = { ...ENTRY, files: Object.fromEntries(files) };
  expect((await openDroppedFiles(entry, drop())).train.count).toBe(12);
  const gzipped = dropped('test-labels.gz', await encodeGzippedIdx(ARRAYS.testLabels));
  expect(await refusal([...drop().slice(0, 3), gzipped], {}, entry)).toMatchObject({
    code: 'DATASET_WRONG_CHECKSUM',
    subject: 'test-labels.gz',
    expected: expect.stringContaining('MD5 00000000'),
  });
  // A browser that unpacks a download keeps its name.
  const unpacked = dropped('test-labels.gz', FILES.testLabels);
  expect((await openDroppedFiles(entry, [...drop().slice(0, 3), unpacked])).test.count).toBe(5);
});

test('an abort ends it', async () => {
  await expect(
    openDroppedFiles(ENTRY, drop(), { signal: AbortSignal.abort() }),
  ).rejects.toMatchObject({ name: 'AbortError' });
});
