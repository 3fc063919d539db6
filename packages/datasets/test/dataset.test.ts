import { encodeGzippedIdx, encodeIdx, IdxError } from '@softreg/idx';
import { describe, expect, test } from 'vitest';
import {
  type DatasetEntry,
  DatasetError,
  type DatasetPart,
  findDataset,
  loadDataset,
  MNIST,
  type OpenFile,
  sha256Hex,
} from '../src/index.js';
import {
  ARRAYS,
  codedImages,
  codedLabels,
  entryOf,
  type Files,
  filesOf,
  memoryFiles,
  NAMES,
  PARTS,
} from './synthetic-set.js';

const GOOD = filesOf();
const ENTRY = await entryOf(GOOD);

/** What loading `files` under {@link ENTRY} is refused with. */
async function refusal(files: Files, options = {}, entry: DatasetEntry = ENTRY) {
  const error = await loadDataset(entry, memoryFiles(files).openFile, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!DatasetError.isInstance(error)) throw new Error(`not a DatasetError: ${error}`);
  return error;
}

describe('loadDataset', () => {
  const sources: [string, (part: DatasetPart) => Promise<Uint8Array | Blob | ReadableStream>][] = [
    ['raw bytes', async (part) => GOOD[part]],
    ['gzipped bytes', (part) => encodeGzippedIdx(ARRAYS[part])],
    ['a Blob', async (part) => new Blob([GOOD[part] as BlobPart])],
    ['a stream', async (part) => new Blob([GOOD[part] as BlobPart]).stream()],
  ];

  test.each(sources)('reads %s', async (_, sourceOf) => {
    const openFile: OpenFile = async (name) => {
      const part = PARTS.find((candidate) => NAMES[candidate] === name) as DatasetPart;
      return { location: name, source: await sourceOf(part) };
    };
    const { name, classNames, train, test, sha256 } = await loadDataset(ENTRY, openFile);
    expect([name, classNames]).toEqual(['tiny', ENTRY.classNames]);
    expect(train).toEqual({
      images: ARRAYS.trainImages.data,
      labels: ARRAYS.trainLabels.data,
      count: 12,
      height: 2,
      width: 3,
      classes: 10,
    });
    expect(test).toMatchObject({ count: 5, images: ARRAYS.testImages.data });
    // Of the raw bytes, gzipped or not.
    for (const part of PARTS) expect(sha256[part]).toBe(ENTRY.files[part].sha256);
  });

  describe.each(PARTS)('damage to %s', (part) => {
    const location = `memory:${NAMES[part]}`;
    const damages: [string, (raw: Uint8Array) => Uint8Array, string][] = [
      ['nothing in it', () => new Uint8Array(0), 'IDX_TRUNCATED'],
      ['its last byte missing', (raw) => raw.subarray(0, -1), 'IDX_TRUNCATED'],
      ['a byte after its end', (raw) => Uint8Array.of(...raw, 0), 'IDX_TRAILING_BYTES'],
      ['a wrong magic number', (raw) => raw.with(0, 0x80), 'IDX_BAD_MAGIC'],
      ['an unknown element type', (raw) => raw.with(2, 0x0a), 'IDX_UNKNOWN_TYPE'],
      ['a count of four billion', (raw) => raw.with(4, 0xff), 'IDX_TOO_LARGE'],
      ['an error page in its place', () => new TextEncoder().encode('<html>'), 'IDX_BAD_MAGIC'],
      ['a gzip header and no more', () => Uint8Array.of(0x1f, 0x8b, 8), 'IDX_BAD_GZIP'],
    ];

    test.each(damages)('%s', async (_, damage, cause) => {
      for (const verify of [true, false]) {
        const error = await refusal({ ...GOOD, [part]: damage(GOOD[part]) }, { verify });
        expect(error).toMatchObject({ code: 'DATASET_FILE_DAMAGED', subject: location });
        expect(error.cause).toSatisfy(IdxError.isInstance);
        expect(error.cause).toMatchObject({ code: cause });
        expect(error.message).toMatch(
          /^memory:\S+: expected .+, found .+ \(at byte \d+\); replace/,
        );
      }
    });

    test('another checksum, also if everything else is right', async () => {
      const raw = GOOD[part];
      const flipped = raw.with(-1, (raw.at(-1) as number) ^ 1);
      const files = { ...GOOD, [part]: flipped };
      const error = await refusal(files);
      const { sha256 } = ENTRY.files[part];
      expect(error).toMatchObject({
        code: 'DATASET_WRONG_CHECKSUM',
        subject: location,
        expected: `SHA-256 ${sha256}, that of the tiny set`,
        found: await sha256Hex(flipped),
      });
      const accepted = await loadDataset(ENTRY, memoryFiles(files).openFile, { verify: false });
      expect(accepted.sha256[part]).toBe(error.found);
      expect(accepted.sha256[part]).not.toBe(sha256);
    });

    test('every cut and every flipped bit is refused', async () => {
      const raw = GOOD[part];
      for (let length = 0; length < raw.length; length++) {
        const { code } = await refusal({ ...GOOD, [part]: raw.subarray(0, length) });
        expect(code).toBe('DATASET_FILE_DAMAGED');
      }
      for (let bit = 0; bit < 8 * raw.length; bit++) {
        const byte = raw[bit >> 3] as number;
        await refusal({ ...GOOD, [part]: raw.with(bit >> 3, byte ^ (1 << (bit & 7))) });
      }
    });
  });

  const structural: [string, Parameters<typeof filesOf>[0], string, DatasetPart, string][] = [
    [
      'a training label too few',
      { trainLabels: codedLabels(11) },
      'DATASET_COUNTS_DIFFER',
      'trainLabels',
      '11',
    ],
    [
      'a test label too many',
      { testLabels: codedLabels(6) },
      'DATASET_COUNTS_DIFFER',
      'testLabels',
      '6',
    ],
    [
      'a training label that is no class',
      { trainLabels: { ...codedLabels(12), data: new Uint8Array(12).fill(10, 7) } as never },
      'DATASET_LABEL_OUT_OF_RANGE',
      'trainLabels',
      'label 10 at position 7',
    ],
    [
      'a test label that is no class',
      { testLabels: { ...codedLabels(5), data: new Uint8Array(5).fill(255) } as never },
      'DATASET_LABEL_OUT_OF_RANGE',
      'testLabels',
      'label 255 at position 0',
    ],
    [
      'labels in the place of images',
      { trainImages: codedLabels(12) },
      'DATASET_WRONG_SHAPE',
      'trainImages',
      'uint8 of shape 12',
    ],
    [
      'images in the place of labels',
      { testLabels: codedImages(5, 1, 1) },
      'DATASET_WRONG_SHAPE',
      'testLabels',
      'uint8 of shape 5 x 1 x 1',
    ],
    [
      'images without pixels',
      { testImages: codedImages(5, 0, 3) },
      'DATASET_WRONG_SHAPE',
      'testImages',
      'uint8 of shape 5 x 0 x 3',
    ],
    [
      'test images of another height',
      { testImages: codedImages(5, 3, 3) },
      'DATASET_WRONG_SHAPE',
      'testImages',
      '3 x 3',
    ],
    [
      'test images of another width',
      { testImages: codedImages(5, 2, 2) },
      'DATASET_WRONG_SHAPE',
      'testImages',
      '2 x 2',
    ],
  ];

  test.each(structural)(
    '%s: told as such, not as a wrong checksum',
    async (_, changes, code, part, found) => {
      const expected = { code, subject: `memory:${NAMES[part]}`, found };
      expect(await refusal(filesOf(changes))).toMatchObject(expected);
      expect(await refusal(filesOf(changes), { verify: false })).toMatchObject(expected);
    },
  );

  describe('the order of the checks', () => {
    test('the files are opened one after the other, up to the first damaged one', async () => {
      const whole = memoryFiles(GOOD);
      await loadDataset(ENTRY, whole.openFile);
      expect(whole.opened).toEqual(PARTS.map((part) => NAMES[part]));
      const damaged = memoryFiles({ ...GOOD, trainLabels: new Uint8Array(3) });
      await expect(loadDataset(ENTRY, damaged.openFile)).rejects.toThrow();
      expect(damaged.opened).toEqual(['train-images', 'train-labels']);
    });

    test('damage, then structure, then checksums in the order of the files', async () => {
      const counts = filesOf({ trainLabels: codedLabels(11) });
      const cut = counts.testLabels.subarray(0, -1);
      expect((await refusal({ ...counts, testLabels: cut })).code).toBe('DATASET_FILE_DAMAGED');

      const sums = { testImages: codedImages(5, 2, 3), trainLabels: codedLabels(12) };
      sums.testImages.data[0] = 99;
      sums.trainLabels.data[0] = 9;
      expect(await refusal(filesOf(sums))).toMatchObject({
        code: 'DATASET_WRONG_CHECKSUM',
        subject: 'memory:train-labels',
      });
      const testLabels = codedLabels(5);
      testLabels.data[4] = 10;
      expect(await refusal(filesOf({ ...sums, testLabels }))).toMatchObject({
        code: 'DATASET_LABEL_OUT_OF_RANGE',
        subject: 'memory:test-labels',
      });
    });
  });

  test('a gzip bomb stops at twenty times the known size', async () => {
    const { bytes } = ENTRY.files.trainImages;
    const allowed = await encodeGzippedIdx(codedImages(20 * bytes - 16, 1, 1));
    const fits = await refusal({ ...GOOD, trainImages: allowed });
    expect(fits.code).toBe('DATASET_COUNTS_DIFFER');
    const bomb = await encodeGzippedIdx(codedImages(20 * bytes - 15, 1, 1));
    const error = await refusal({ ...GOOD, trainImages: bomb });
    expect(error).toMatchObject({ code: 'DATASET_FILE_DAMAGED', subject: 'memory:train-images' });
    expect(error.cause).toMatchObject({ code: 'IDX_TOO_LARGE' });
  });

  test('a file whose checksum is not known is taken as it is', async () => {
    const { sha256: _, ...unknown } = ENTRY.files.testLabels;
    const entry = { ...ENTRY, files: { ...ENTRY.files, testLabels: unknown } };
    const testLabels = encodeIdx({ ...ARRAYS.testLabels, data: new Uint8Array(5) } as never);
    const dataset = await loadDataset(entry, memoryFiles({ ...GOOD, testLabels }).openFile);
    expect(dataset.test.labels).toEqual(new Uint8Array(5));
    const trainLabels = encodeIdx({ ...ARRAYS.trainLabels, data: new Uint8Array(12) } as never);
    expect(await refusal({ ...GOOD, trainLabels, testLabels }, {}, entry)).toMatchObject({
      code: 'DATASET_WRONG_CHECKSUM',
      subject: 'memory:train-labels',
    });
  });

  test('what goes wrong on opening is passed on as it is', async () => {
    const reason = new Error('no such file');
    await expect(loadDataset(ENTRY, () => Promise.reject(reason))).rejects.toBe(reason);
  });
});

describe('sha256Hex', () => {
  // From FIPS 180-2, appendix B, and the well-known digest of nothing.
  const vectors: [string, string, string][] = [
    ['nothing', '', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['one block', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'two blocks',
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
    [
      'a million letters',
      'a'.repeat(1_000_000),
      'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0',
    ],
  ];

  test.each(vectors)('%s', async (_, text, digest) => {
    expect(await sha256Hex(new TextEncoder().encode(text))).toBe(digest);
  });

  test('of a view, the view alone', async () => {
    const view = new TextEncoder().encode('xxabcxx').subarray(2, 5);
    expect(await sha256Hex(view)).toBe(vectors[1]?.[2]);
  });
});

describe('findDataset', () => {
  test('finds MNIST', () => {
    expect(findDataset('mnist')).toBe(MNIST);
  });

  test.each(['MNIST', '', 'toString'])('"%s" is unknown, and the known names are told', (name) => {
    expect(() => findDataset(name)).toThrow(
      expect.objectContaining({
        code: 'DATASET_UNKNOWN',
        expected: 'mnist, fashion-mnist, kmnist, digits',
        found: name,
      }),
    );
  });
});

describe('DatasetError.isInstance', () => {
  test('also knows the errors of another copy of the package, and no others', () => {
    const foreign = Object.assign(new Error(), { [Symbol.for('softreg.DatasetError')]: true });
    expect(DatasetError.isInstance(foreign)).toBe(true);
    const details = { code: 'DATASET_UNKNOWN', subject: 'a', expected: 'b', found: 'c' } as const;
    expect(DatasetError.isInstance(new DatasetError(details))).toBe(true);
    expect(DatasetError.isInstance(new Error('a'))).toBe(false);
    expect(DatasetError.isInstance({ [Symbol.for('softreg.DatasetError')]: true })).toBe(false);
    expect(DatasetError.isInstance(undefined)).toBe(false);
  });
});
