import { linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encodeIdx } from '@softreg/idx';
import { temporaryFolder } from '@softreg/testkit';
import { describe, expect, test, vi } from 'vitest';
import { type DatasetEntry, loadDataset } from '../../src/index.js';
import {
  type FetchDatasetOptions,
  type FetchEvent,
  fetchDataset as fetchPatiently,
  folderFiles,
} from '../../src/node/index.js';
import { ARRAYS, entryOf, filesOf, NAMES, PARTS } from '../synthetic-set.js';
import {
  type Answer,
  gzippedFiles,
  type LocalMirror,
  localMirror,
  QUICK,
  sendGood,
} from './local-mirror.js';

const FILES = filesOf();
const GZIPPED = await gzippedFiles();
const PATHS = PARTS.map((part) => `/set/${NAMES[part]}.gz`);
const ALL = PARTS.map((part) => `${NAMES[part]}.gz`).sort();

function fetchDataset(entry: DatasetEntry, options: FetchDatasetOptions) {
  return fetchPatiently(entry, { limits: QUICK, ...options });
}

function entryWith(...mirrors: LocalMirror[]) {
  return entryOf(
    FILES,
    mirrors.map(({ url }) => url),
  );
}

/** A mirror on a port that nobody listens on any more. */
async function closedMirror(): Promise<LocalMirror> {
  const mirror = await localMirror();
  await mirror.close();
  return mirror;
}

const sendForever: Answer = (response) => {
  const chunk = Buffer.alloc(2 ** 16);
  const write = () => {
    while (response.write(chunk));
  };
  response.on('drain', write);
  write();
};

const breakInTheMiddle: Answer = (response, good) => {
  response.writeHead(200, { 'content-length': good.length });
  response.write(good.subarray(0, 20), () => response.destroy());
};

const FAULTS: [string, Answer, string][] = [
  ['403', (response) => response.writeHead(403).end('no'), 'answered 403'],
  ['404', (response) => response.writeHead(404).end('no'), 'answered 404'],
  ['429', (response) => response.writeHead(429).end('later'), 'answered 429'],
  ['500', (response) => response.writeHead(500).end(), 'answered 500'],
  ['304 to a question that was not asked', (r) => r.writeHead(304).end(), 'answered 304'],
  [
    'an HTML page with 200',
    (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in'),
    'sent a web page (',
  ],
  ['nothing with 200', (response) => response.end(), 'sent a damaged file'],
  [
    'another file of the right shape',
    (response, _, name) => {
      const part = PARTS.find((candidate) => NAMES[candidate] === name) as 'trainImages';
      const { type, shape, data } = ARRAYS[part];
      response.end(gzipSync(encodeIdx({ type, shape, data: data.map((v) => v ^ 1) } as never)));
    },
    'sent other data (expected SHA-256 ',
  ],
  [
    'a smaller file of the right form',
    (response) =>
      response.end(
        gzipSync(
          encodeIdx({ ...ARRAYS.trainLabels, shape: [3], data: new Uint8Array(3) } as never),
        ),
      ),
    'sent other data (expected ',
  ],
  [
    'a truncated file',
    (response, good) => response.end(good.subarray(0, -9)),
    'sent a damaged file',
  ],
  ['a connection that breaks in the middle', breakInTheMiddle, 'broke off after 20 bytes ('],
  ['a connection that breaks at once', (response) => response.destroy(), 'could not be reached ('],
  [
    'an announcement of too many bytes',
    (response) => response.writeHead(200, { 'content-length': 2 ** 40 }).flushHeaders(),
    'announces 1099511627776 bytes, more than the file can have',
  ],
  ['bytes without end', sendForever, 'sent too many bytes'],
  [
    'a gzip bomb',
    (response, _, name) => {
      const part = PARTS.find((candidate) => NAMES[candidate] === name) as 'trainImages';
      // The right file and then a quarter of a mebibyte of zeros, which is a quarter of a kibibyte here.
      response.end(gzipSync(Buffer.concat([FILES[part], Buffer.alloc(2 ** 18)])));
    },
    'sent a damaged file',
  ],
  [
    'a gzip bomb whose header admits it',
    (response) => {
      const data = new Uint8Array(2 ** 18);
      response.end(gzipSync(encodeIdx({ type: 'uint8', shape: [data.length], data })));
    },
    'sent a damaged file',
  ],
  [
    'a redirect to itself',
    (response, _, name) => response.writeHead(302, { location: `/set/${name}.gz` }).end(),
    'redirects in a loop',
  ],
  [
    'something that is not HTTP',
    (response) => response.socket?.end('220 mail ready\r\n\r\n'),
    'could not be reached (',
  ],
];

describe('a good mirror', () => {
  test('is asked once for each file, and the folder then holds them as they were sent', async () => {
    const mirror = await localMirror();
    const entry = await entryWith(mirror);
    const folder = join(temporaryFolder(), 'made', 'on the way');
    await fetchDataset(entry, { folder });
    expect(mirror.requests).toEqual(PATHS);
    expect(readdirSync(folder).sort()).toEqual(ALL);
    for (const part of PARTS) {
      const saved = readFileSync(join(folder, `${NAMES[part]}.gz`));
      expect(saved.equals(GZIPPED.get(NAMES[part]) as Buffer)).toBe(true);
    }
    const { train, test } = await loadDataset(entry, folderFiles(folder));
    expect([train.count, test.count]).toEqual([12, 5]);
  });

  test('may redirect', async () => {
    const goal = await localMirror();
    const mirror = await localMirror((response, _, name) =>
      response.writeHead(302, { location: `${goal.url}${name}.gz` }).end(),
    );
    const folder = temporaryFolder();
    await fetchDataset(await entryWith(mirror), { folder });
    expect(goal.requests).toEqual(PATHS);
    expect(readdirSync(folder).sort()).toEqual(ALL);
  });

  test('may compress the transfer although it was asked not to', async () => {
    const mirror = await localMirror((response, good) => {
      expect(response.req.headers['accept-encoding']).toBe('identity');
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(good);
    });
    const entry = await entryWith(mirror);
    const folder = temporaryFolder();
    await fetchDataset(entry, { folder });
    expect((await loadDataset(entry, folderFiles(folder))).train.count).toBe(12);
  });

  test('replaces damaged files of an earlier time, never writing into one', async () => {
    const folder = temporaryFolder();
    for (const name of ALL) writeFileSync(join(folder, name), 'old and damaged');
    linkSync(join(folder, 'test-labels.gz'), join(folder, 'same file'));
    const entry = await entryWith(await localMirror());
    await fetchDataset(entry, { folder });
    expect((await loadDataset(entry, folderFiles(folder))).test.count).toBe(5);
    expect(readFileSync(join(folder, 'same file'), 'utf8')).toBe('old and damaged');
  });

  test('serves many at once, who write the same folder', async () => {
    const folder = temporaryFolder();
    const entry = await entryWith(await localMirror());
    await Promise.all(Array.from({ length: 16 }, () => fetchDataset(entry, { folder })));
    expect(readdirSync(folder).sort()).toEqual(ALL);
    expect((await loadDataset(entry, folderFiles(folder))).train.count).toBe(12);
  });

  test('every step is told', async () => {
    const bad = await localMirror((response) => response.writeHead(404).end());
    const good = await localMirror((response, bytes) =>
      response.writeHead(200, { 'content-length': bytes.length }).end(bytes),
    );
    const events: FetchEvent[] = [];
    await fetchDataset(await entryWith(bad, good), {
      folder: temporaryFolder(),
      onProgress: (event) => {
        events.push(event);
      },
    });
    const expected = PARTS.flatMap((part) => {
      const total = GZIPPED.get(NAMES[part])?.length;
      const from = { file: NAMES[part], mirror: good.url, attempt: 1 };
      const nothing = { loaded: 0, total: undefined };
      return [
        { phase: 'connect', ...from, mirror: bad.url, ...nothing },
        { phase: 'connect', ...from, ...nothing },
        { phase: 'download', ...from, loaded: total, total },
        { phase: 'verify', ...from, loaded: total, total },
        { phase: 'save', ...from, loaded: total, total },
      ];
    });
    expect(events).toEqual(expected);
  });

  test('is not asked for what is there already, and good', async () => {
    const mirror = await localMirror();
    const entry = await entryWith(mirror);
    const folder = temporaryFolder();
    const results = [
      await fetchDataset(entry, { folder }),
      await fetchDataset(entry, { folder }),
    ] as const;
    expect(mirror.requests).toEqual(PATHS);
    for (const [i, from] of [mirror.url, undefined].entries()) {
      expect(results[i]).toEqual(
        PARTS.map((part) => ({
          file: NAMES[part],
          path: join(folder, `${NAMES[part]}.gz`),
          bytes: GZIPPED.get(NAMES[part])?.length,
          mirror: from,
        })),
      );
    }
  });

  test('an error of the listener is not taken for one of the mirror', async () => {
    const fault = new Error('my own');
    const onProgress = () => {
      throw fault;
    };
    const entry = await entryWith(await localMirror());
    const folder = temporaryFolder();
    await expect(fetchDataset(entry, { folder, onProgress })).rejects.toBe(fault);
  });
});

describe.each(FAULTS)('a mirror that sends %s', (_, answer, reason) => {
  test('is passed over for the next one', async () => {
    const bad = await localMirror(answer);
    const good = await localMirror();
    const entry = await entryWith(bad, good);
    const folder = temporaryFolder();
    await fetchDataset(entry, { folder });
    expect(good.requests).toEqual(PATHS);
    expect(new Set(bad.requests)).toEqual(new Set(PATHS));
    expect(readdirSync(folder).sort()).toEqual(ALL);
    expect((await loadDataset(entry, folderFiles(folder))).train.count).toBe(12);
  });

  test('leaves nothing where there is no other, and its reason is told', async () => {
    const bad = await localMirror(answer);
    const folder = temporaryFolder();
    await expect(fetchDataset(await entryWith(bad), { folder })).rejects.toMatchObject({
      code: 'DATASET_UNREACHABLE',
      subject: 'train-images.gz',
      found: expect.stringContaining(`${bad.host} ${reason}`),
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});

test('a connection that breaks at the third file leaves the first two, whole', async () => {
  const bad = await localMirror((response, good, name) =>
    (name === NAMES.testImages ? breakInTheMiddle : sendGood)(response, good, name),
  );
  const folder = temporaryFolder();
  await expect(fetchDataset(await entryWith(bad), { folder })).rejects.toMatchObject({
    subject: 'test-images.gz',
  });
  expect(readdirSync(folder).sort()).toEqual(['train-images.gz', 'train-labels.gz']);
  for (const part of ['trainImages', 'trainLabels'] as const) {
    const saved = readFileSync(join(folder, `${NAMES[part]}.gz`));
    expect(saved.equals(GZIPPED.get(NAMES[part]) as Buffer)).toBe(true);
  }
});

describe('no mirror that is any good', () => {
  test('what another process brought meanwhile is used', async () => {
    const folder = temporaryFolder();
    const missing = await localMirror((response, good, name) => {
      writeFileSync(join(folder, `${name}.gz`), good);
      response.writeHead(404).end();
    });
    const files = await fetchDataset(await entryWith(missing), { folder });
    expect(files.map(({ mirror }) => mirror)).toEqual(Array(4).fill(undefined));
    expect(missing.requests).toEqual(PATHS);
  });

  test('one error lists the reason of each', async () => {
    const missing = await localMirror((response) => response.writeHead(404).end());
    const page = await localMirror((response) => response.end('<html>'));
    const closed = await closedMirror();
    const folder = join(temporaryFolder(), 'new');
    const entry = await entryWith(missing, page, closed);
    const error = await fetchDataset(entry, { folder }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'DATASET_UNREACHABLE',
      message:
        `train-images.gz: expected a download from a mirror, found ${missing.host} answered 404, ` +
        `${page.host} sent a damaged file (expected an IDX file, which begins with two zero bytes, found 0x3c 0x68), ` +
        `${closed.host} could not be reached (ECONNREFUSED); ` +
        'put the files of the tiny set into a folder and name it with --data-dir or SOFTREG_DATA_DIR',
    });
    expect(() => readdirSync(folder)).toThrow('ENOENT');
  });

  test('a mirror that refuses connections is passed over', async () => {
    const folder = temporaryFolder();
    await fetchDataset(await entryWith(await closedMirror(), await localMirror()), { folder });
    expect(readdirSync(folder).sort()).toEqual(ALL);
  });

  test('no mirror at all', async () => {
    await expect(
      fetchDataset(await entryWith(), { folder: temporaryFolder() }),
    ).rejects.toMatchObject({ code: 'DATASET_UNREACHABLE', found: 'no mirror to ask' });
  });
});

describe('a mirror that stalls', () => {
  const silent: Answer = () => undefined;
  const stalls: [string, Answer][] = [
    ['before it answers', silent],
    ['after the headers', (response) => response.flushHeaders()],
    [
      'in the middle',
      (response, good) => {
        response.writeHead(200, { 'content-length': good.length }).write(good.subarray(0, 20));
      },
    ],
  ];

  const deaf: typeof fetch = (url, init) => fetch(url, { ...init, signal: null });

  // With and without a signal of the caller's own, which must not replace the deadline; and with a fetch that heeds none.
  test.each(
    stalls.flatMap(([when, stall]) => [
      [when, stall, {}] as const,
      [`${when}, with a signal,`, stall, { signal: new AbortController().signal }] as const,
      [`${when}, fetch being deaf,`, stall, { fetch: deaf }] as const,
    ]),
  )('%s is given up in time', async (_, stall, options) => {
    const stalled = await localMirror(stall);
    const folder = temporaryFolder();
    const entry = await entryWith(stalled);
    const limits = { ...QUICK, idleMs: 60, attempts: 2 };
    await expect(fetchDataset(entry, { folder, limits, ...options })).rejects.toMatchObject({
      code: 'DATASET_UNREACHABLE',
      found: expect.stringContaining(`${stalled.host} sent nothing for 0.06 s`),
    });
    // Who answered, and stalled then, is asked again.
    expect(stalled.requests).toHaveLength(stall === silent ? 1 : 2);
    expect(readdirSync(folder)).toEqual([]);
    // A question that fetch does not take back stays open until it is answered.
    const left = stall === silent && 'fetch' in options ? 1 : 0;
    await vi.waitFor(() => expect(stalled.openAnswers()).toBe(left));
  });

  test('that is slow and steady is waited for', async () => {
    const steady = await localMirror((response, good, name) => {
      if (name !== NAMES.trainImages) return sendGood(response, good, name);
      const step = Math.ceil(good.length / 12);
      let sent = 0;
      const timer = setInterval(() => {
        response.write(good.subarray(sent, sent + step));
        sent += step;
        if (sent < good.length) return;
        clearInterval(timer);
        response.end();
      }, 50);
    });
    const limits = { ...QUICK, idleMs: 400 };
    await fetchDataset(await entryWith(steady), { folder: temporaryFolder(), limits });
    expect(steady.requests).toEqual(PATHS);
  });

  test('that drips is given up when its time is over', async () => {
    const dripping = await localMirror((response, good) => {
      response.writeHead(200, { 'content-length': good.length });
      let sent = 0;
      const timer = setInterval(() => response.write(good.subarray(sent++, sent)), 10);
      response.on('close', () => clearInterval(timer));
    });
    const folder = temporaryFolder();
    const limits = { ...QUICK, deadlineMs: 150 };
    await expect(fetchDataset(await entryWith(dripping), { folder, limits })).rejects.toMatchObject(
      { found: `${dripping.host} did not send the file in time` },
    );
    expect(dripping.requests).toHaveLength(1);
    expect(readdirSync(folder)).toEqual([]);
    await vi.waitFor(() => expect(dripping.openAnswers()).toBe(0));
  });

  test.each(stalls)(
    '%s is left when the caller aborts, and no other is asked',
    async (_, stall) => {
      const controller = new AbortController();
      const reason = new Error('the user pressed Ctrl-C');
      const stalled = await localMirror((...request) => {
        stall(...request);
        setTimeout(() => controller.abort(reason), 50);
      });
      const good = await localMirror();
      const folder = temporaryFolder();
      const { signal } = controller;
      const entry = await entryWith(stalled, good);
      await expect(fetchDataset(entry, { folder, signal })).rejects.toBe(reason);
      expect([stalled.requests, good.requests]).toEqual([[PATHS[0]], []]);
      expect(readdirSync(folder)).toEqual([]);
      await vi.waitFor(() => expect(stalled.openAnswers()).toBe(0));
    },
  );
});

test('a signal that is aborted already asks nobody', async () => {
  const mirror = await localMirror();
  const folder = temporaryFolder();
  await expect(
    fetchDataset(await entryWith(mirror), { folder, signal: AbortSignal.abort() }),
  ).rejects.toMatchObject({ name: 'AbortError' });
  expect(mirror.requests).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

test('an abort between two files keeps the first and stops', async () => {
  const controller = new AbortController();
  const mirror = await localMirror();
  const folder = temporaryFolder();
  const { signal } = controller;
  const onProgress = ({ file }: FetchEvent) => {
    if (file === NAMES.trainLabels) controller.abort();
  };
  await expect(
    fetchDataset(await entryWith(mirror), { folder, signal, onProgress }),
  ).rejects.toMatchObject({ name: 'AbortError' });
  expect(mirror.requests).toEqual([PATHS[0]]);
  expect(readdirSync(folder)).toEqual(['train-images.gz']);
});

describe('a body that nobody wants any more', () => {
  test.each([
    ['of an error', 500],
    ['that is too long', 200],
  ])('%s is not read on: its connection is closed', async (_, status) => {
    const endless = await localMirror((response, ...rest) => {
      response.writeHead(status);
      sendForever(response, ...rest);
    });
    const entry = await entryWith(endless, await localMirror());
    await fetchDataset(entry, { folder: temporaryFolder() });
    await vi.waitFor(() => expect(endless.openAnswers()).toBe(0));
  });
});

describe('a place that cannot be written', () => {
  test('a folder below a file', async () => {
    const parent = temporaryFolder();
    writeFileSync(join(parent, 'file'), 'mine');
    const folder = join(parent, 'file', 'folder');
    await expect(
      fetchDataset(await entryWith(await localMirror()), { folder }),
    ).rejects.toMatchObject({
      code: 'DATASET_CACHE_FAILED',
      subject: join(folder, 'train-images.gz'),
      found: expect.stringContaining('ENOTDIR'),
      cause: expect.objectContaining({ code: 'ENOTDIR' }),
    });
    expect(readFileSync(join(parent, 'file'), 'utf8')).toBe('mine');
    expect(readdirSync(parent)).toEqual(['file']);
  });

  test('a name that a folder has', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'train-labels.gz', 'inner'), { recursive: true });
    await expect(
      fetchDataset(await entryWith(await localMirror()), { folder }),
    ).rejects.toMatchObject({
      code: 'DATASET_CACHE_FAILED',
      subject: join(folder, 'train-labels.gz'),
    });
    // No temporary file beside them.
    expect(readdirSync(folder).sort()).toEqual(['train-images.gz', 'train-labels.gz']);
    expect(readdirSync(join(folder, 'train-labels.gz'))).toEqual(['inner']);
  });
});
