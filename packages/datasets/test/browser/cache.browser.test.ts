import { beforeEach, describe, expect, test, vi } from 'vitest';
import { cachedFiles, openDataset, pruneCache, verifyCache } from '../../src/browser/index.js';
import type { DatasetEntry } from '../../src/index.js';
import { NAMES, PARTS } from '../synthetic-set.js';
import { entryWith, GZIPPED, pageMirror, QUICK } from './page-mirror.js';
import { put, STORES, spoil } from './stores.js';

const ALL = PARTS.map((part) => `${NAMES[part]}.gz`).sort();

describe.each(STORES)('what is kept in %s', (where, take) => {
  let entry: DatasetEntry;

  beforeEach(async () => {
    take();
    entry = await entryWith(await pageMirror());
    await openDataset(entry, { limits: QUICK });
  });

  test('is listed with sizes and times, other sets apart', async () => {
    await put(entry, 'notes.txt', Uint8Array.of(1, 2, 3));
    const found = await cachedFiles(entry);
    expect(found.map(({ name, kind }) => [name, kind])).toEqual([
      ['notes.txt', 'other'],
      ...ALL.map((name) => [name, 'file']),
    ]);
    for (const { name, path, bytes, modified } of found.slice(1)) {
      expect(path).toMatch(new RegExp(`^(opfs|cache-storage):softreg.+/${entry.name}/${name}$`));
      expect(bytes).toBe(GZIPPED.get(name.slice(0, -3))?.length);
      expect(Math.abs(Date.now() - modified.getTime())).toBeLessThan(60_000);
    }
    expect(await cachedFiles({ ...entry, name: `${entry.name}-2` })).toEqual([]);
    expect(await cachedFiles({ ...entry, name: entry.name.slice(0, -1) })).toEqual([]);
  });

  test('is compared with what is known of it', async () => {
    await spoil(entry, entry.files.trainLabels, (bytes) => bytes.subarray(0, -1));
    await spoil(entry, entry.files.testImages, () => new Uint8Array(10_000));
    const checks = await verifyCache(entry);
    expect(checks.map(({ file, state }) => [file, state])).toEqual([
      ['train-images', 'good'],
      ['train-labels', 'damaged'],
      ['test-images', 'damaged'],
      ['test-labels', 'good'],
    ]);
    expect(checks[0]).toMatchObject({ sha256: entry.files.trainImages.sha256 });
    expect(checks[1]).toMatchObject({ reason: expect.stringContaining('a complete gzip stream') });
    expect(checks[2]).toMatchObject({ reason: 'expected 1075 bytes at most, found 10000' });
  });

  test.each([
    [undefined, ['train-labels.gz']],
    ['damaged', ['train-labels.gz']],
    ['partial', []],
    ['everything', ALL],
  ] as const)('is pruned of %s', async (remove, removed) => {
    await spoil(entry, entry.files.trainLabels, () => Uint8Array.of(1));
    await put(entry, 'notes.txt', Uint8Array.of(1, 2, 3));
    const pruned = await pruneCache(entry, remove && { remove });
    expect(pruned.map(({ name }) => name)).toEqual(removed);
    const left = ['notes.txt', ...ALL].filter((name) => !(removed as string[]).includes(name));
    expect((await cachedFiles(entry)).map(({ name }) => name)).toEqual(left);
    expect(await pruneCache(entry, remove && { remove })).toEqual([]);
  });

  test('is gone once everything is pruned', async () => {
    await pruneCache(entry, { remove: 'everything' });
    expect(await cachedFiles(entry)).toEqual([]);
    expect((await verifyCache(entry)).map(({ state }) => state)).toEqual(Array(4).fill('missing'));
    if (where === 'Cache Storage') return;
    const root = await navigator.storage.getDirectory();
    const datasets = await (await root.getDirectoryHandle('softreg')).getDirectoryHandle(
      'datasets',
    );
    await expect(datasets.getDirectoryHandle(entry.name)).rejects.toThrow('could not be found');
  });
});

describe('what a write left that did not end', () => {
  /** Chromium takes what a tab writes out of the way when the tab ends, but not when the browser is killed. */
  async function leave(entry: DatasetEntry, hoursOld: number) {
    await openDataset(entry, { limits: QUICK });
    await put(entry, 'test-labels.gz', new Uint8Array(0));
    const later = Date.now() + hoursOld * 3_600_000;
    vi.spyOn(Date, 'now').mockReturnValue(later);
  }

  test('is told from a file, and pruned after a day', async () => {
    const entry = await entryWith(await pageMirror());
    await leave(entry, 23);
    const found = await cachedFiles(entry);
    expect(found.find(({ kind }) => kind === 'partial')).toMatchObject({
      name: 'test-labels.gz',
      bytes: 0,
    });
    expect(await pruneCache(entry)).toEqual([]);
    await leave(entry, 25);
    expect((await pruneCache(entry)).map(({ name }) => name)).toEqual(['test-labels.gz']);
  });

  test('is taken for no file, and replaced', async () => {
    const mirror = await pageMirror();
    const entry = await entryWith(mirror);
    await leave(entry, 0);
    expect((await verifyCache(entry))[3]).toMatchObject({ state: 'missing' });
    const phases: string[] = [];
    await openDataset(entry, { limits: QUICK, onProgress: ({ phase }) => phases.push(phase) });
    expect(phases).toEqual(['connect', 'download', 'verify', 'save']);
    expect(await mirror.seen()).toHaveLength(5);
  });

  test('while it is being written it is partial, and stays', async () => {
    const entry = await entryWith(await pageMirror());
    await openDataset(entry, { limits: QUICK });
    const root = await navigator.storage.getDirectory();
    let folder = root;
    for (const name of ['softreg', 'datasets', entry.name]) {
      folder = await folder.getDirectoryHandle(name);
    }
    const writable = await (await folder.getFileHandle('test-labels.gz')).createWritable();
    await writable.write(new Uint8Array(7));
    expect((await cachedFiles(entry)).map(({ name, kind }) => [name, kind])).toContainEqual([
      'test-labels.gz.crswap',
      'partial',
    ]);
    await expect(pruneCache(entry, { remove: 'everything' })).rejects.toMatchObject({
      code: 'DATASET_CACHE_FAILED',
    });
    await writable.abort();
    await pruneCache(entry, { remove: 'everything' });
    expect(await cachedFiles(entry)).toEqual([]);
  });
});
