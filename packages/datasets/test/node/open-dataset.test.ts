import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@softreg/testkit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DatasetEntry } from '../../src/index.js';
import { cacheFolder, type FetchProgress, isCached, openDataset } from '../../src/node/index.js';
import { entryOf, filesOf, NAMES, PARTS } from '../synthetic-set.js';
import { gzippedFiles, type LocalMirror, localMirror } from './local-mirror.js';

const FILES = filesOf();
const ALL = PARTS.map((part) => `${NAMES[part]}.gz`).sort();

// macOS has no variable that moves the cache, and these tests must not touch the user's own.
describe.skipIf(process.platform === 'darwin')('openDataset', () => {
  let home: string;
  let mirror: LocalMirror;
  let entry: DatasetEntry;
  let cache: string;

  beforeEach(async () => {
    home = temporaryFolder();
    vi.stubEnv('XDG_CACHE_HOME', home);
    vi.stubEnv('LOCALAPPDATA', home);
    mirror = await localMirror();
    entry = await entryOf(FILES, [mirror.url]);
    cache = cacheFolder(entry);
  });

  afterEach(() => {
    vi.unstubAllEnvs();
  });

  /** Puts the raw files, some of them changed, into a folder. */
  function filledFolder(changes: Partial<typeof FILES> = {}): string {
    const folder = temporaryFolder();
    const files = { ...FILES, ...changes };
    for (const part of PARTS) writeFileSync(join(folder, NAMES[part]), files[part]);
    return folder;
  }

  test('the cache of a set is a folder of its own below the system’s cache folder', () => {
    expect(cache.startsWith(join(home, 'softreg'))).toBe(true);
    expect(cache.endsWith(join('datasets', 'tiny'))).toBe(true);
  });

  test('a cold cache downloads once, a warm one asks nobody', async () => {
    const progress: FetchProgress[] = [];
    const onDownload = (step: FetchProgress) => progress.push(step);
    expect(await isCached(entry)).toBe(false);

    const first = await openDataset(entry, { onDownload });
    expect(first.train.images).toEqual(FILES.trainImages.subarray(16));
    expect(first.test.labels).toEqual(FILES.testLabels.subarray(8));
    expect(mirror.requests).toHaveLength(4);
    expect(progress).toEqual(
      PARTS.map((part) => ({ file: NAMES[part], mirror: entry.mirrors[0] })),
    );
    expect(readdirSync(cache).sort()).toEqual(ALL);
    expect(await isCached(entry)).toBe(true);

    await mirror.close();
    expect(await openDataset(entry, { onDownload })).toEqual(first);
    expect(mirror.requests).toHaveLength(4);
    expect(progress).toHaveLength(4);
  });

  test.each(ALL)('a cache without %s is filled again', async (name) => {
    await openDataset(entry);
    rmSync(join(cache, name));
    expect(await isCached(entry)).toBe(false);
    await openDataset(entry);
    expect(readdirSync(cache).sort()).toEqual(ALL);
    expect(mirror.requests).toHaveLength(8);
  });

  test('a damaged file in the cache is told, not fetched again', async () => {
    await openDataset(entry);
    const damaged = join(cache, 'test-labels.gz');
    writeFileSync(damaged, (await gzippedFiles()).get('test-images') as Buffer);
    await expect(openDataset(entry)).rejects.toMatchObject({
      code: 'DATASET_WRONG_SHAPE',
      subject: damaged,
    });
    expect(mirror.requests).toHaveLength(4);
  });

  test('a cache that cannot be filled is told', async () => {
    await mirror.close();
    await expect(openDataset(entry)).rejects.toMatchObject({ code: 'DATASET_UNREACHABLE' });
    mkdirSync(join(cache, '..'), { recursive: true });
    writeFileSync(cache, 'a file in its place');
    const other = await localMirror();
    await expect(openDataset({ ...entry, mirrors: [other.url] })).rejects.toMatchObject({
      code: 'DATASET_CACHE_FAILED',
    });
  });

  test('the signal stops the download', async () => {
    const signal = AbortSignal.abort();
    await expect(openDataset(entry, { signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(mirror.requests).toEqual([]);
  });

  describe('with a folder', () => {
    afterEach(() => {
      expect(mirror.requests).toEqual([]);
      expect(readdirSync(home)).toEqual([]);
    });

    test('reads it and leaves cache and mirrors alone', async () => {
      const { train, test } = await openDataset(entry, { folder: filledFolder() });
      expect([train.count, test.count]).toEqual([12, 5]);
    });

    test('that is missing, nothing else is tried', async () => {
      const folder = join(temporaryFolder(), 'missing');
      await expect(openDataset(entry, { folder })).rejects.toMatchObject({
        code: 'DATASET_FOLDER_MISSING',
        subject: folder,
      });
    });

    test('that is empty, nothing else is tried', async () => {
      await expect(openDataset(entry, { folder: temporaryFolder() })).rejects.toMatchObject({
        code: 'DATASET_FILE_MISSING',
      });
    });

    test('that holds other data, checksums decide unless they are not wanted', async () => {
      const trainLabels = FILES.trainLabels.with(-1, 9);
      const folder = filledFolder({ trainLabels });
      await expect(openDataset(entry, { folder })).rejects.toMatchObject({
        code: 'DATASET_WRONG_CHECKSUM',
        subject: join(folder, 'train-labels'),
      });
      const accepted = await openDataset(entry, { folder, verify: false });
      expect(accepted.train.labels.at(-1)).toBe(9);
    });
  });
});
