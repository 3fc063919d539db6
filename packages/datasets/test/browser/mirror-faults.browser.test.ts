import { describe, expect, test } from 'vitest';
import { cachedFiles, type OpenDatasetOptions, openDataset } from '../../src/browser/index.js';
import type { DatasetEntry } from '../../src/index.js';
import { FAULTS } from '../mirror-faults.js';
import { NAMES } from '../synthetic-set.js';
import { entryWith, pageMirror, QUICK } from './page-mirror.js';

/** A page is not told why there was no answer. */
const IN_A_PAGE: Readonly<Record<string, string>> = {
  // Nor are the bytes handed over that came just before.
  'a connection that breaks in the middle': 'broke off after ',
  'a redirect to itself': 'could not be reached (Failed to fetch)',
  'something that is not HTTP': 'could not be reached (Failed to fetch)',
  'a connection that breaks at once': 'could not be reached (Failed to fetch)',
};

function open(entry: DatasetEntry, options: OpenDatasetOptions = {}) {
  return openDataset(entry, { limits: QUICK, ...options });
}

async function namesKept(entry: DatasetEntry) {
  return (await cachedFiles(entry)).map(({ name }) => name);
}

describe.each(FAULTS)('a mirror that sends %s', (fault, reason) => {
  test('is passed over for the next one', async () => {
    const bad = await pageMirror({ answers: [fault] });
    const good = await pageMirror();
    const entry = await entryWith(bad, good);
    const { train } = await open(entry);
    expect(train.count).toBe(12);
    expect(await good.seen()).toHaveLength(4);
    expect(await namesKept(entry)).toHaveLength(4);
  });

  test('leaves nothing where there is no other, and its reason is told', async () => {
    const bad = await pageMirror({ answers: [fault] });
    const entry = await entryWith(bad);
    await expect(open(entry)).rejects.toMatchObject({
      code: 'DATASET_UNREACHABLE',
      subject: 'train-images.gz',
      found: expect.stringContaining(`${bad.host} ${IN_A_PAGE[fault] ?? reason}`),
      message: expect.stringMatching(/; try again later, or give the files of the tiny set/),
    });
    expect(await namesKept(entry)).toEqual([]);
  });
});

test('a mirror that allows no page of another origin cannot be read', async () => {
  const closed = await pageMirror({ cors: 'none' });
  await expect(open(await entryWith(closed))).rejects.toMatchObject({
    found: `${closed.host} could not be reached (Failed to fetch)`,
  });
});

test('one error lists the reason of each mirror', async () => {
  const missing = await pageMirror({ answers: ['404'] });
  const page = await pageMirror({ answers: ['an HTML page with 200'] });
  const gone = await pageMirror();
  await gone.close();
  await expect(open(await entryWith(missing, page, gone))).rejects.toMatchObject({
    found:
      `${missing.host} answered 404, ` +
      `${page.host} sent a web page (expected an IDX file, which begins with two zero bytes, found 0x3c 0x68), ` +
      `${gone.host} could not be reached (Failed to fetch)`,
  });
});

test('a redirect is followed', async () => {
  const mirror = await pageMirror({ answers: ['redirect to a file of the same mirror'] });
  expect((await open(await entryWith(mirror))).test.count).toBe(5);
  expect(await mirror.seen()).toHaveLength(8);
});

test('no redirect is followed where none is allowed', async () => {
  const mirror = await pageMirror({ answers: ['redirect to a file of the same mirror'] });
  const limits = { ...QUICK, redirects: 0 };
  await expect(open(await entryWith(mirror), { limits })).rejects.toThrow('could not be reached');
  expect(await mirror.seen()).toHaveLength(1);
});

test('a public mirror that sends to a service of this machine is not believed', async () => {
  const service = await pageMirror();
  const entry = { ...(await entryWith()), mirrors: ['https://data.invalid/'] };
  const answer = async () => {
    const response = await fetch(`${service.url}train-images.gz`);
    return Object.defineProperty(response, 'redirected', { value: true });
  };
  await expect(open(entry, { fetch: answer })).rejects.toMatchObject({
    found: `data.invalid redirects to http://${service.host}`,
  });
});

test.each(['http://data.invalid/', 'ftp://data.invalid/', 'https://me:secret@data.invalid/'])(
  'a mirror at %s is not asked',
  async (mirror) => {
    const never = () => expect.unreachable();
    const entry = { ...(await entryWith()), mirrors: [mirror] };
    await expect(open(entry, { fetch: never })).rejects.toMatchObject({
      found: 'data.invalid is not an https address',
    });
  },
);

test('a busy mirror is asked again after the time that it names', async () => {
  const mirror = await pageMirror({ answers: ['ask again at once', 'ask again at once', 'good'] });
  const waits: number[] = [];
  await open(await entryWith(mirror), {
    limits: { ...QUICK, retryDelayMs: 5000, maxRetryDelayMs: 5000 },
    onProgress: (event) => event.phase === 'retry' && waits.push(event.waitMs),
  });
  expect(waits).toEqual([0, 0]);
  expect(await mirror.seen()).toHaveLength(6);
});

test('a wait ends when the page aborts', async () => {
  const mirror = await pageMirror({ answers: ['ask again in 50 s'] });
  const controller = new AbortController();
  const reason = new Error('the page was left');
  const entry = await entryWith(mirror);
  await expect(
    open(entry, {
      signal: controller.signal,
      limits: { ...QUICK, maxRetryDelayMs: 60_000, deadlineMs: 600_000 },
      onProgress: ({ phase }) => phase === 'retry' && controller.abort(reason),
    }),
  ).rejects.toBe(reason);
  expect(await mirror.seen()).toHaveLength(1);
});

describe('a mirror that stalls', () => {
  const stalls = ['silent', 'stall after the headers', 'stall in the middle'] as const;

  test.each(stalls)('(%s) is given up in time, and its connection closed', async (stall) => {
    const mirror = await pageMirror({ answers: [stall] });
    const entry = await entryWith(mirror);
    const limits = { ...QUICK, idleMs: 1000, attempts: 2 };
    await expect(open(entry, { limits })).rejects.toMatchObject({
      code: 'DATASET_UNREACHABLE',
      found: expect.stringContaining(`${mirror.host} sent nothing for 1 s`),
    });
    // Who answered, and stalled then, is asked again.
    expect(await mirror.seen()).toHaveLength(stall === 'silent' ? 1 : 2);
    expect(await namesKept(entry)).toEqual([]);
    await expect.poll(() => mirror.openAnswers()).toBe(0);
  });

  test.each(stalls)('(%s) is left when the page aborts', async (stall) => {
    const mirror = await pageMirror({ answers: [stall] });
    const other = await pageMirror();
    const reason = new Error('the page was left');
    const controller = new AbortController();
    const entry = await entryWith(mirror, other);
    const opening = expect(open(entry, { signal: controller.signal })).rejects.toBe(reason);
    await expect.poll(() => mirror.seen()).toHaveLength(1);
    controller.abort(reason);
    await opening;
    expect([(await mirror.seen()).length, (await other.seen()).length]).toEqual([1, 0]);
    await expect.poll(() => mirror.openAnswers()).toBe(0);
  });

  test('and one that drips is given up when its time is over', async () => {
    const mirror = await pageMirror({ answers: ['drip'] });
    const limits = { ...QUICK, deadlineMs: 1000 };
    await expect(open(await entryWith(mirror), { limits })).rejects.toMatchObject({
      found: `${mirror.host} did not send the file in time`,
    });
    await expect.poll(() => mirror.openAnswers()).toBe(0);
  });
});

test('a signal that is aborted already asks nobody', async () => {
  const mirror = await pageMirror();
  const entry = await entryWith(mirror);
  await expect(open(entry, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  });
  expect(await mirror.seen()).toEqual([]);
});

test('an abort between two files keeps the first and stops', async () => {
  const mirror = await pageMirror();
  const controller = new AbortController();
  const entry = await entryWith(mirror);
  await expect(
    open(entry, {
      signal: controller.signal,
      onProgress: ({ file }) => file === NAMES.trainLabels && controller.abort(),
    }),
  ).rejects.toMatchObject({ name: 'AbortError' });
  expect(await namesKept(entry)).toEqual(['train-images.gz']);
});

test('a transfer that is unpacked on the way is kept and used as it is', async () => {
  const mirror = await pageMirror({ answers: ['send it encoded'] });
  const entry = await entryWith(mirror);
  await open(entry);
  expect((await open(entry, { offline: true })).train.count).toBe(12);
});
