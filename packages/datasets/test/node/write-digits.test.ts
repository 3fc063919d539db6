import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { temporaryFolder } from '@softreg/testkit';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ANY_DIGITS, DIGITS, drawDigits, loadDataset } from '../../src/index.js';
import {
  cacheFolder,
  folderFiles,
  openDataset,
  verifyCache,
  writeDigits,
} from '../../src/node/index.js';

const NAMES = Object.values(DIGITS.files).map(({ name }) => name);
const GZIPPED = NAMES.map((name) => `${name}.gz`);

let folder: string;

beforeEach(() => {
  folder = join(temporaryFolder(), 'made', 'digits');
});

describe('writeDigits', () => {
  test.each([true, false])('writes what drawDigits draws (gzipped: %s)', async (gzipped) => {
    // More than a block, and not a whole number of them.
    const told: number[] = [];
    const onProgress = ({ drawn }: { drawn: number }) => told.push(drawn);
    const sizes = { train: 701, test: 30, seed: 5 };
    const results = await writeDigits({ folder, ...sizes, gzipped, onProgress });
    expect(told).toEqual([500, 701, 731]);
    const names = gzipped ? GZIPPED : NAMES;
    expect(readdirSync(folder).sort()).toEqual([...names].sort());
    expect(results.map(({ file }) => file)).toEqual(NAMES);
    for (const { path, bytes, written } of results) {
      expect(written).toBe(true);
      expect(statSync(path).size).toBe(bytes);
    }
    const { train, test: unseen } = await loadDataset(ANY_DIGITS, folderFiles(folder));
    expect(train).toEqual(drawDigits({ part: 'train', count: 701, seed: 5 }));
    expect(unseen).toEqual(drawDigits({ part: 'test', count: 30, seed: 5 }));
  });

  test('leaves the same content alone, and writes what is missing', async () => {
    await writeDigits({ folder, train: 6, test: 2 });
    const [first] = GZIPPED as [string];
    const time = statSync(join(folder, first)).mtimeMs;
    const again = await writeDigits({ folder, train: 6, test: 2, gzipped: false });
    expect(again.map(({ written }) => written)).toEqual([false, false, false, false]);
    expect(again.map(({ path }) => path)).toEqual(GZIPPED.map((name) => join(folder, name)));
    expect(statSync(join(folder, first)).mtimeMs).toBe(time);
    expect(readdirSync(folder)).toHaveLength(4);
  });

  test.each([
    ['other digits', (raw: Buffer) => gzipSync(Buffer.concat([raw.subarray(0, 20), raw]))],
    ['no IDX file', () => Buffer.from('hello')],
    ['a cut gzip stream', (raw: Buffer) => gzipSync(raw).subarray(0, 40)],
  ])('leaves a file that holds %s, and writes nothing', async (_, content) => {
    await writeDigits({ folder, train: 6, test: 2 });
    const path = join(folder, GZIPPED[2] as string);
    const other = content(gunzipSync(readFileSync(path)));
    writeFileSync(path, other);
    const place = join(temporaryFolder(), 'half');
    mkdirSync(place);
    writeFileSync(join(place, GZIPPED[2] as string), other);
    await expect(writeDigits({ folder: place, train: 6, test: 2 })).rejects.toMatchObject({
      code: 'DATASET_WRONG_CHECKSUM',
      message: expect.stringMatching(/found something else, which stays as it is; remove it, or/),
    });
    expect(readdirSync(place)).toEqual([GZIPPED[2]]);
    expect(readFileSync(join(place, GZIPPED[2] as string)).equals(other)).toBe(true);
  });

  test('refuses a raw file of other content, which would be read in place of the .gz', async () => {
    await writeDigits({ folder, train: 6, test: 2, seed: 1, gzipped: false });
    await expect(writeDigits({ folder, train: 6, test: 2, seed: 2 })).rejects.toMatchObject({
      subject: join(folder, NAMES[0] as string),
    });
    expect(readdirSync(folder).sort()).toEqual([...NAMES].sort());
  });

  test('with `replace` writes over whatever is there', async () => {
    await writeDigits({ folder, train: 6, test: 2, seed: 1 });
    await writeDigits({ folder, train: 6, test: 2, seed: 2, replace: true });
    const { train } = await loadDataset(ANY_DIGITS, folderFiles(folder));
    expect(train).toEqual(drawDigits({ part: 'train', count: 6, seed: 2 }));
  });

  test('tells how far it is, and stops when told', async () => {
    const controller = new AbortController();
    const told: number[] = [];
    const writing = writeDigits({
      folder,
      train: 2000,
      test: 10,
      signal: controller.signal,
      onProgress({ drawn, total }) {
        expect(total).toBe(2010);
        told.push(drawn);
        if (drawn === 1000) controller.abort();
      },
    });
    await expect(writing).rejects.toMatchObject({ name: 'AbortError' });
    expect(told).toEqual([500, 1000]);
    expect(() => readdirSync(folder)).toThrow('ENOENT');
  });

  test.each([
    [{ train: 2 }, 'train: expected a whole number from 3 to 1000000, found 2'],
    [{ train: 1_000_001 }, 'train: expected a whole number from 3 to 1000000, found 1000001'],
    [{ test: 0 }, 'test: expected a whole number from 1 to 200000, found 0'],
    [{ test: 200_001 }, 'test: expected a whole number from 1 to 200000, found 200001'],
    [{ seed: -1 }, 'seed: expected a whole number from 0 to 4294967295, found -1'],
    [{ seed: 0.5 }, 'seed: expected a whole number from 0 to 4294967295, found 0.5'],
  ])('refuses %j', async (options, message) => {
    await expect(writeDigits({ folder, ...options })).rejects.toThrow(new RangeError(message));
  });

  test('says which place cannot be written', async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'file'), '');
    const below = join(folder, 'file', 'x');
    await expect(writeDigits({ folder: below, train: 3, test: 1 })).rejects.toMatchObject({
      code: 'DATASET_CACHE_FAILED',
      subject: join(below, GZIPPED[0] as string),
    });
  });
});

describe('the digits of the default sizes', () => {
  test('are what DIGITS has the checksums of, and are read from the cache', async () => {
    vi.stubEnv('XDG_CACHE_HOME', temporaryFolder());
    await writeDigits({ folder: cacheFolder(DIGITS) });
    const states = (await verifyCache(DIGITS)).map(({ state }) => state);
    expect(states).toEqual(['good', 'good', 'good', 'good']);
    const { name, train, test: unseen } = await openDataset(DIGITS, { offline: true });
    expect([name, train.count, unseen.count]).toEqual(['digits', 60_000, 10_000]);
    vi.unstubAllEnvs();
  }, 90_000);
});
