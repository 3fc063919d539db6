import { expect, onTestFinished, test, vi } from 'vitest';
import { cachedFiles, openDataset, verifyCache } from '../../src/browser/index.js';
import type { DatasetEntry } from '../../src/index.js';
import { PARTS } from '../synthetic-set.js';
import { entryWith, pageMirror, QUICK } from './page-mirror.js';

interface Told {
  readonly count?: number;
  readonly phases: readonly string[];
  readonly message?: string;
}

/** A worker that waits to be told what to open. */
async function startWorker() {
  const worker = new Worker(new URL('./open-in-worker.ts', import.meta.url), { type: 'module' });
  onTestFinished(() => worker.terminate());
  const hear = (wanted: (data: unknown) => boolean) =>
    new Promise<unknown>((resolve, reject) => {
      worker.addEventListener('message', ({ data }) => wanted(data) && resolve(data));
      worker.addEventListener('error', ({ message }) => reject(new Error(message)));
    });
  await hear((data) => data === 'ready');
  return {
    kill: () => worker.terminate(),
    saving: () => hear((data) => data === 'saving'),
    open: async (entry: DatasetEntry) => {
      const told = hear((data) => typeof data === 'object');
      worker.postMessage(entry);
      return (await told) as Told;
    },
  };
}

test('many workers and the page fill one cold store at once', async () => {
  const workers = await Promise.all(Array.from({ length: 4 }, startWorker));
  // Nobody has the first file before all have asked for it.
  const mirror = await pageMirror({ answers: ['good, to five at once'], only: 'train-images' });
  const entry = await entryWith(mirror);
  const opened = await Promise.all([
    openDataset(entry, { limits: QUICK }),
    ...workers.map(({ open }) => open(entry)),
  ]);
  for (const told of opened.slice(1) as Told[]) {
    expect(told).toMatchObject({ count: 12 });
    // Each file is of one of them, whole, at any time.
    expect(told.phases).not.toContain('damaged');
    expect(told.phases).not.toContain('unkept');
  }
  const seen = (await mirror.seen()).filter(({ path }) => path.endsWith('train-images.gz'));
  expect(seen).toHaveLength(5);
  const kept = await cachedFiles(entry);
  expect(kept.map(({ kind }) => kind)).toEqual(PARTS.map(() => 'file'));
  expect((await verifyCache(entry)).every(({ state }) => state === 'good')).toBe(true);
  expect((await workers[0]?.open(entry))?.phases).toEqual([]);
});

test('a file that is replaced while it is read is read again', async () => {
  const mirror = await pageMirror();
  const entry = await entryWith(mirror);
  await openDataset(entry, { limits: QUICK });
  const open = FileSystemFileHandle.prototype.getFile;
  let replaced = 0;
  vi.spyOn(FileSystemFileHandle.prototype, 'getFile').mockImplementation(async function (
    this: FileSystemFileHandle,
  ) {
    const file = await open.call(this);
    if (this.name !== 'test-images.gz' || replaced++ > 0) return file;
    const writable = await this.createWritable();
    await writable.write(await file.arrayBuffer());
    await writable.close();
    // What was opened before cannot be read any more.
    await expect(file.arrayBuffer()).rejects.toMatchObject({ name: 'NotReadableError' });
    return file;
  });
  // Taken for damaged it would be removed.
  expect((await verifyCache(entry)).map(({ state }) => state)).toEqual(Array(4).fill('good'));
  expect(replaced).toBe(2);
});

test.each([0, 1, 2, 4, 8])(
  'a worker that is killed %i ms after it began to save leaves nothing that is taken for a file',
  async (delayMs) => {
    const entry = await entryWith(await pageMirror());
    const worker = await startWorker();
    const saving = worker.saving();
    void worker.open(entry);
    await saving;
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    worker.kill();
    const states = (await verifyCache(entry)).map(({ state }) => state);
    expect(states).not.toContain('damaged');
    expect((await openDataset(entry, { limits: QUICK })).train.count).toBe(12);
    expect((await verifyCache(entry)).every(({ state }) => state === 'good')).toBe(true);
  },
);

test('a worker that is killed while it downloads leaves nothing', async () => {
  const stalled = await pageMirror({ answers: ['stall in the middle'] });
  const entry = await entryWith(stalled);
  const worker = await startWorker();
  void worker.open(entry);
  while ((await stalled.seen()).length === 0)
    await new Promise((resolve) => setTimeout(resolve, 10));
  worker.kill();
  expect(await cachedFiles(entry)).toEqual([]);
});
