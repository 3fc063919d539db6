import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@softreg/testkit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DatasetEntry } from '../../src/index.js';
import {
  cachedFiles,
  cacheFolder,
  fetchDataset,
  pruneCache,
  verifyCache,
} from '../../src/node/index.js';
import { entryOf, filesOf, NAMES, PARTS } from '../synthetic-set.js';
import { gzippedFiles, localMirror, QUICK } from './local-mirror.js';

const FILES = filesOf();
const GZIPPED = await gzippedFiles();
const ALL = PARTS.map((part) => `${NAMES[part]}.gz`).sort();
const PARTIAL = '.test-images.gz.0123456789ab.tmp';

// macOS has no variable that moves the cache, and these tests must not touch the user's own.
describe.skipIf(process.platform === 'darwin')('the cache', () => {
  let entry: DatasetEntry;
  let cache: string;

  beforeEach(async () => {
    const home = temporaryFolder();
    vi.stubEnv('XDG_CACHE_HOME', home);
    vi.stubEnv('LOCALAPPDATA', home);
    entry = await entryOf(FILES, [(await localMirror()).url]);
    cache = cacheFolder(entry);
  });

  afterEach(() => {
    vi.unstubAllEnvs();
  });

  const fill = () => fetchDataset(entry, { folder: cache, limits: QUICK });

  /** Adds a file that is so many hours old. */
  function put(name: string, content: string | Buffer, hours = 0): void {
    writeFileSync(join(cache, name), content);
    const time = new Date(Date.now() - hours * 3_600_000);
    utimesSync(join(cache, name), time, time);
  }

  test('that is not there is empty', async () => {
    expect(await cachedFiles(entry)).toEqual([]);
    expect((await verifyCache(entry)).map(({ state }) => state)).toEqual(Array(4).fill('missing'));
    expect(await pruneCache(entry, { remove: 'everything' })).toEqual([]);
  });

  test('lists files, leftovers and what is not ours, with their sizes', async () => {
    await fill();
    put(PARTIAL, 'half');
    put('notes.txt', 'mine');
    put('.other.gz.0123456789ab.tmp', 'not ours');
    mkdirSync(join(cache, 'folder'));
    const found = await cachedFiles(entry);
    expect(found.map(({ name, kind }) => [name, kind])).toEqual([
      ['.other.gz.0123456789ab.tmp', 'other'],
      [PARTIAL, 'partial'],
      ['folder', 'other'],
      ['notes.txt', 'other'],
      ...ALL.map((name) => [name, 'file']),
    ]);
    for (const { name, path, bytes, modified } of found.slice(4)) {
      expect(path).toBe(join(cache, name));
      expect(bytes).toBe(GZIPPED.get(name.slice(0, -3))?.length);
      expect(Date.now() - modified.getTime()).toBeLessThan(60_000);
    }
  });

  test('that cannot be read is told', async () => {
    mkdirSync(join(cache, '..'), { recursive: true });
    writeFileSync(cache, 'a file in its place');
    await expect(cachedFiles(entry)).rejects.toMatchObject({
      code: 'DATASET_CACHE_FAILED',
      subject: cache,
    });
  });

  test('each file is compared with what is known of it', async () => {
    await fill();
    expect(await verifyCache(entry)).toEqual(
      PARTS.map((part) => ({
        file: NAMES[part],
        path: join(cache, `${NAMES[part]}.gz`),
        state: 'good',
        bytes: GZIPPED.get(NAMES[part])?.length,
        sha256: entry.files[part].sha256,
      })),
    );
    put('train-images.gz', (GZIPPED.get('train-images') as Buffer).subarray(0, -1));
    put('train-labels.gz', GZIPPED.get('test-labels') as Buffer);
    put('test-images.gz', Buffer.alloc(10_000));
    const checks = await verifyCache(entry);
    expect(checks.map(({ state }) => state)).toEqual(['damaged', 'damaged', 'damaged', 'good']);
    expect(checks.map((check) => (check.state === 'damaged' ? check.reason : ''))).toEqual([
      expect.stringMatching(/^expected a complete gzip stream, found /),
      'expected 20 bytes once unpacked, found 13',
      'expected 1075 bytes at most, found 10000',
      '',
    ]);
  });

  test('a folder in the place of a file is damaged', async () => {
    mkdirSync(join(cache, 'train-images.gz'), { recursive: true });
    expect((await verifyCache(entry))[0]).toMatchObject({
      state: 'damaged',
      reason: 'expected a file, found something else',
    });
  });

  describe('is pruned', () => {
    beforeEach(async () => {
      await fill();
      put('test-labels.gz', 'damaged');
      put(PARTIAL, 'half', 25);
      put('.train-images.gz.ffffffffffff.tmp', 'under way', 23);
      put('notes.txt', 'mine', 1000);
      put('.other.gz.0123456789ab.tmp', 'not ours', 1000);
    });

    const good = ALL.filter((name) => name !== 'test-labels.gz');
    const young = '.train-images.gz.ffffffffffff.tmp';
    const others = ['.other.gz.0123456789ab.tmp', 'notes.txt'];

    test.each([
      ['partial', [PARTIAL], [young, ...ALL]],
      ['damaged', [PARTIAL, 'test-labels.gz'], [young, ...good]],
      [undefined, [PARTIAL, 'test-labels.gz'], [young, ...good]],
      ['everything', [PARTIAL, young, ...ALL], []],
    ] as const)('of %s', async (remove, removed, left) => {
      const pruned = await pruneCache(entry, remove && { remove });
      expect(pruned.map(({ name }) => name).sort()).toEqual([...removed].sort());
      expect(readdirSync(cache).sort()).toEqual([...left, ...others].sort());
      expect(await pruneCache(entry, remove && { remove })).toEqual([]);
    });
  });

  test('is gone once everything is pruned, and nothing above it', async () => {
    await fill();
    await pruneCache(entry, { remove: 'everything' });
    expect(existsSync(cache)).toBe(false);
    expect(existsSync(join(cache, '..'))).toBe(true);
  });
});
