import { encodeGzippedIdx, encodeIdx, type IdxArray } from '@softreg/idx';
import { describe, expect, test, vi } from 'vitest';
import { type FetchEvent, isCached, openDataset } from '../../src/browser/index.js';
import type { DatasetEntry } from '../../src/index.js';
import { MNIST, minibatches, sha256Hex, tutorialSplit } from '../../src/index.js';
import { codedLabels, NAMES, PARTS } from '../synthetic-set.js';
import { entryWith, FILES, GZIPPED, pageMirror, QUICK } from './page-mirror.js';
import { denyFileSystem, keptBytes, STORES, spoil } from './stores.js';

const PATHS = PARTS.map((part) => `/set/${NAMES[part]}.gz`);

async function openAndListen(entry: DatasetEntry, options = {}) {
  const events: FetchEvent[] = [];
  const onProgress = (event: FetchEvent) => void events.push(event);
  const dataset = await openDataset(entry, { limits: QUICK, onProgress, ...options });
  return { dataset, events };
}

describe.each(STORES)('where downloads are kept in %s', (_, take) => {
  test('a first use downloads each file once, and a second none', async () => {
    take();
    const mirror = await pageMirror();
    const entry = await entryWith(mirror);
    expect(await isCached(entry)).toBe(false);
    const { dataset, events } = await openAndListen(entry);
    expect(dataset.train.images).toEqual(FILES.trainImages.subarray(16));
    expect(dataset.test.labels).toEqual(FILES.testLabels.subarray(8));
    expect((await mirror.seen()).map(({ path }) => path)).toEqual(PATHS);
    expect(events.map(({ phase }) => phase)).toEqual(
      PARTS.flatMap(() => ['connect', 'download', 'verify', 'save']),
    );
    expect(await isCached(entry)).toBe(true);
    // What hashes by hand is not even loaded.
    const loaded = performance.getEntriesByType('resource').map(({ name }) => name);
    expect(loaded.filter((name) => name.includes('fetch/md5'))).toHaveLength(1);
    expect(loaded.filter((name) => name.includes('noble'))).toEqual([]);
    for (const part of PARTS) {
      expect(await keptBytes(entry, entry.files[part])).toEqual(GZIPPED.get(NAMES[part]));
    }

    const again = await openAndListen(entry, { offline: true });
    expect(again).toEqual({ dataset, events: [] });
    expect(await mirror.seen()).toHaveLength(4);
  });

  test('a damaged file is fetched again, once, and that is told', async () => {
    take();
    const mirror = await pageMirror();
    const entry = await entryWith(mirror);
    await openAndListen(entry);
    await spoil(entry, entry.files.testImages, (bytes) => bytes.subarray(0, -9));
    await spoil(entry, entry.files.testLabels, () => GZIPPED.get('test-images') as Uint8Array);
    const { dataset, events } = await openAndListen(entry);
    expect(dataset.test.images).toEqual(FILES.testImages.subarray(16));
    const each = ['damaged', 'connect', 'download', 'verify', 'save'];
    expect(events.map(({ phase }) => phase)).toEqual([...each, ...each]);
    expect(events.filter(({ phase }) => phase === 'damaged')).toEqual([
      expect.objectContaining({ file: 'test-images', reason: expect.stringContaining('gzip') }),
      expect.objectContaining({
        file: 'test-labels',
        path: expect.stringContaining(`${entry.name}/test-labels.gz`),
        reason: expect.stringMatching(/^expected \d+ bytes at most, found \d+$|^expected/),
      }),
    ]);
    expect((await mirror.seen()).slice(4).map(({ path }) => path)).toEqual(PATHS.slice(2));
    expect((await openAndListen(entry)).events).toEqual([]);
  });

  test('offline nobody is asked', async () => {
    take();
    const mirror = await pageMirror();
    const entry = await entryWith(mirror);
    await expect(openAndListen(entry, { offline: true })).rejects.toMatchObject({
      code: 'DATASET_UNREACHABLE',
      found: 'no file',
      message: expect.stringContaining('fetch it once with a network'),
    });
    await openAndListen(entry);
    await spoil(entry, entry.files.trainLabels, () => new Uint8Array(9));
    await expect(openAndListen(entry, { offline: true })).rejects.toMatchObject({
      code: 'DATASET_UNREACHABLE',
      found: expect.stringMatching(/^a damaged one \(/),
    });
    expect(await mirror.seen()).toHaveLength(4);
  });
});

describe('where nothing can be kept', () => {
  const denied = () => {
    throw new DOMException('', 'SecurityError');
  };
  const refusals: [string, () => unknown][] = [
    ['it refuses', () => vi.spyOn(caches, 'open').mockRejectedValue(new DOMException())],
    [
      'the page is in a sandbox',
      () => vi.spyOn(globalThis, 'caches', 'get').mockImplementation(denied),
    ],
    [
      'the browser is old',
      () => vi.spyOn(globalThis, 'caches', 'get').mockReturnValue(undefined as never),
    ],
  ];

  test.each(refusals)(
    'as %s, the data set is opened all the same, and that is told',
    async (_, deny) => {
      denyFileSystem();
      deny();
      const mirror = await pageMirror();
      const entry = await entryWith(mirror);
      for (const turn of [1, 2]) {
        const { dataset, events } = await openAndListen(entry);
        expect(dataset.train.count).toBe(12);
        expect(events.filter(({ phase }) => phase === 'unkept')).toEqual(
          PARTS.map((part) => ({
            phase: 'unkept',
            file: NAMES[part],
            reason: 'the browser lets this page keep no files',
          })),
        );
        expect(await mirror.seen()).toHaveLength(4 * turn);
      }
      expect(await isCached(entry)).toBe(false);
    },
  );

  test('a full disk is no error either', async () => {
    vi.spyOn(FileSystemFileHandle.prototype, 'createWritable').mockRejectedValue(
      new DOMException('The quota is used up', 'QuotaExceededError'),
    );
    const entry = await entryWith(await pageMirror());
    const { dataset, events } = await openAndListen(entry);
    expect(dataset.test.count).toBe(5);
    expect(events.filter(({ phase }) => phase === 'unkept')).toEqual(
      PARTS.map((part) => ({
        phase: 'unkept',
        file: NAMES[part],
        reason: 'QuotaExceededError: The quota is used up',
      })),
    );
    expect(await isCached(entry)).toBe(false);
  });
});

test('every step is told, with the sizes', async () => {
  const bad = await pageMirror({ answers: ['404'] });
  const good = await pageMirror();
  const { events } = await openAndListen(await entryWith(bad, good));
  const size = GZIPPED.get(NAMES.trainImages)?.length;
  const from = { file: NAMES.trainImages, mirror: good.url, attempt: 1 };
  const nothing = { loaded: 0, total: undefined };
  expect(events.slice(0, 5)).toEqual([
    { phase: 'connect', ...from, mirror: bad.url, ...nothing },
    { phase: 'connect', ...from, ...nothing },
    { phase: 'download', ...from, loaded: size, total: size },
    { phase: 'verify', ...from, loaded: size, total: size },
    { phase: 'save', ...from, loaded: size, total: size },
  ]);
});

test('other data in the cache is accepted where checksums are not wanted', async () => {
  const mirror = await pageMirror();
  const entry = await entryWith(mirror);
  await openAndListen(entry);
  await spoil(entry, entry.files.trainLabels, () => FILES.trainLabels.with(-1, 9));
  const unchecked = await openAndListen(entry, { verify: false });
  expect(unchecked.dataset.train.labels.at(-1)).toBe(9);
  expect(await mirror.seen()).toHaveLength(4);
  expect((await openAndListen(entry)).dataset.train.labels.at(-1)).toBe(1);
  expect(await mirror.seen()).toHaveLength(5);
});

/** A few bright pixels, quickly made. */
function scattered(shape: number[]): IdxArray {
  const data = new Uint8Array(shape.reduce((product, size) => product * size));
  for (let i = 0; i < data.length; i += 97) data[i] = i % 251;
  return { type: 'uint8', shape, data };
}

test('a set of MNIST’s size opens within seconds, cold and warm', async () => {
  const arrays = {
    trainImages: scattered([60_000, 28, 28]),
    trainLabels: codedLabels(60_000),
    testImages: scattered([10_000, 28, 28]),
    testLabels: codedLabels(10_000),
  };
  const files: Record<string, Uint8Array> = {};
  const known = PARTS.map(async (part) => {
    const { name, bytes } = MNIST.files[part];
    files[name] = await encodeGzippedIdx(arrays[part]);
    return [part, { name, bytes, sha256: await sha256Hex(encodeIdx(arrays[part])) }];
  });
  const entry = { ...(await entryWith()), files: Object.fromEntries(await Promise.all(known)) };
  const mirror = await pageMirror({}, files);
  const { dataset } = await openAndListen({ ...entry, mirrors: [mirror.url] });
  const { train, validation, test: tested } = tutorialSplit(dataset);
  expect([train, validation, tested].map(({ count }) => count)).toEqual([50_000, 10_000, 10_000]);
  expect([...minibatches(train, 600)]).toHaveLength(83);
  const again = await openAndListen({ ...entry, mirrors: [mirror.url] });
  expect(again.events).toEqual([]);
  expect(await sha256Hex(again.dataset.train.images)).toBe(await sha256Hex(dataset.train.images));
});
