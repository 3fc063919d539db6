import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from '@softreg/testkit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DatasetEntry } from '../../src/index.js';
import {
  cacheFolder,
  type FetchEvent,
  type FetchProgress,
  isCached,
  type OpenDatasetOptions,
  openDataset as openPatiently,
} from '../../src/node/index.js';
import { entryOf, filesOf, NAMES, PARTS } from '../synthetic-set.js';
import { gzippedFiles, type LocalMirror, localMirror, QUICK } from './local-mirror.js';

const FILES = filesOf();

function openDataset(entry: DatasetEntry, options: OpenDatasetOptions = {}) {
  return openPatiently(entry, { limits: QUICK, ...options });
}

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
      PARTS.map((part) =>
        expect.objectContaining({ phase: 'connect', file: NAMES[part], mirror: entry.mirrors[0] }),
      ),
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
    expect(mirror.requests.slice(4)).toEqual([`/set/${name}`]);
  });

  test('a damaged file in the cache is fetched again, once, and that is told', async () => {
    await openDataset(entry);
    const damaged = join(cache, 'test-labels.gz');
    writeFileSync(damaged, (await gzippedFiles()).get('test-images') as Buffer);
    const events: FetchEvent[] = [];
    const { test } = await openDataset(entry, { onProgress: (event) => void events.push(event) });
    expect(test.count).toBe(5);
    expect(mirror.requests.slice(4)).toEqual(['/set/test-labels.gz']);
    expect(events[0]).toEqual({
      phase: 'damaged',
      file: 'test-labels',
      path: damaged,
      reason: expect.stringContaining('expected'),
    });
    expect(events.map(({ phase }) => phase)).toEqual(
      'damaged connect download verify save'.split(' '),
    );
    await openDataset(entry);
    expect(mirror.requests).toHaveLength(5);
  });

  test('a damaged file whose mirrors send no better one is told with their reasons', async () => {
    await openDataset(entry);
    const damaged = join(cache, 'train-labels.gz');
    writeFileSync(damaged, 'damaged');
    const bad = await localMirror((response) => response.end('damaged'));
    await expect(openDataset({ ...entry, mirrors: [bad.url] })).rejects.toMatchObject({
      code: 'DATASET_UNREACHABLE',
      found: expect.stringContaining(`${bad.host} sent a damaged file`),
    });
    expect(bad.requests).toEqual(['/set/train-labels.gz']);
    expect(readFileSync(damaged, 'utf8')).toBe('damaged');
  });

  test('other data in the cache is accepted where checksums are not wanted', async () => {
    await openDataset(entry);
    const changed = FILES.trainLabels.with(-1, 9);
    writeFileSync(join(cache, 'train-labels.gz'), gzipSync(changed));
    const { train } = await openDataset(entry, { verify: false });
    expect(train.labels.at(-1)).toBe(9);
    expect(mirror.requests).toHaveLength(4);
    expect((await openDataset(entry)).train.labels.at(-1)).toBe(1);
    expect(mirror.requests).toHaveLength(5);
  });

  test('a raw file in the cache is not ours, and not looked at', async () => {
    await openDataset(entry);
    writeFileSync(join(cache, 'train-labels'), 'damaged');
    expect((await openDataset(entry)).train.count).toBe(12);
    expect(mirror.requests).toHaveLength(4);
  });

  test('onDownload is called once for a mirror, however often that is asked', async () => {
    const busy = await localMirror((response) => response.writeHead(503).end());
    const progress: string[] = [];
    await openDataset(
      { ...entry, mirrors: [busy.url, mirror.url] },
      { onDownload: (step) => progress.push(step.mirror) },
    );
    expect(busy.requests).toHaveLength(3 * 4);
    expect(progress).toEqual(PARTS.flatMap(() => [busy.url, mirror.url]));
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
