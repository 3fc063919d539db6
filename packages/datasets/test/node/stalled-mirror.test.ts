import { readdirSync } from 'node:fs';
import { temporaryFolder } from '@softreg/testkit';
import { describe, expect, test } from 'vitest';
import type { FetchEvent } from '../../src/node/index.js';
import { drip, sendGood, silent, stallAfterHeaders, stallInTheMiddle } from '../mirror-answers.js';
import { NAMES } from '../synthetic-set.js';
import { type Answer, localMirror, QUICK } from './local-mirror.js';
import { entryWith, fetchDataset, PATHS } from './quick-fetch.js';

describe('a mirror that stalls', () => {
  const stalls: [string, Answer][] = [
    ['before it answers', silent],
    ['after the headers', stallAfterHeaders],
    ['in the middle', stallInTheMiddle],
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
    // Long enough for a busy machine to see the headers of a mirror that sends them.
    const idleMs = stall === silent ? 400 : 1000;
    const limits = { ...QUICK, idleMs, attempts: 2 };
    await expect(fetchDataset(entry, { folder, limits, ...options })).rejects.toMatchObject({
      code: 'DATASET_UNREACHABLE',
      found: expect.stringContaining(`${stalled.host} sent nothing for ${idleMs / 1000} s`),
    });
    // Who answered, and stalled then, is asked again.
    expect(stalled.requests).toHaveLength(stall === silent ? 1 : 2);
    expect(readdirSync(folder)).toEqual([]);
    // A question that fetch does not take back stays open until it is answered.
    const left = stall === silent && 'fetch' in options ? 1 : 0;
    await expect.poll(() => stalled.openAnswers()).toBe(left);
  });

  test('that is slow and steady is waited for', async () => {
    const steady = await localMirror((response, good, name) => {
      if (name !== NAMES.trainImages) return sendGood(response, good, name);
      const step = Math.ceil(good.length / 15);
      let sent = 0;
      const timer = setInterval(() => {
        response.write(good.subarray(sent, sent + step));
        sent += step;
        if (sent < good.length) return;
        clearInterval(timer);
        response.end();
      }, 120);
    });
    const limits = { ...QUICK, idleMs: 1200 };
    await fetchDataset(await entryWith(steady), { folder: temporaryFolder(), limits });
    expect(steady.requests).toEqual(PATHS);
  });

  test('that drips is given up when its time is over', async () => {
    const dripping = await localMirror(drip);
    const folder = temporaryFolder();
    const limits = { ...QUICK, deadlineMs: 800 };
    await expect(fetchDataset(await entryWith(dripping), { folder, limits })).rejects.toMatchObject(
      { found: `${dripping.host} did not send the file in time` },
    );
    expect(dripping.requests).toHaveLength(1);
    expect(readdirSync(folder)).toEqual([]);
    await expect.poll(() => dripping.openAnswers()).toBe(0);
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
      await expect.poll(() => stalled.openAnswers()).toBe(0);
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
