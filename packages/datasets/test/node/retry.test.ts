import { temporaryFolder } from '@softreg/testkit';
import { describe, expect, test } from 'vitest';
import { type FetchEvent, type FetchLimits, fetchDataset } from '../../src/node/index.js';
import { entryOf, filesOf } from '../synthetic-set.js';
import { type Answer, localMirror, QUICK, sendGood } from './local-mirror.js';

const FILES = filesOf();

/** Fetches from a mirror that fails `times` times first; tells the waits, and ends at the first one beyond a second. */
async function waitsFor(answer: Answer, limits: Partial<FetchLimits>, times = 1, afterMs = 0) {
  let failures = 0;
  const mirror = await localMirror((...request) => {
    failures += 1;
    return (failures <= times ? answer : sendGood)(...request);
  });
  const waits: number[] = [];
  const controller = new AbortController();
  const onProgress = (event: FetchEvent) => {
    if (event.phase !== 'retry') return;
    waits.push(event.waitMs);
    if (event.waitMs > 1000) setTimeout(leave, afterMs);
  };
  const leave = () => controller.abort(new Error('too long for a test'));
  const done = fetchDataset(await entryOf(FILES, [mirror.url]), {
    folder: temporaryFolder(),
    limits: { ...QUICK, ...limits },
    signal: controller.signal,
    onProgress,
  });
  const error = await done.then(
    () => undefined,
    (reason: Error) => reason,
  );
  return { waits, error, requests: mirror.requests.length };
}

function refusal(status: number, retryAfter?: string): Answer {
  const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  return (response) => response.writeHead(status, headers).end();
}

describe('a mirror that is busy is asked again', () => {
  const patient = { maxRetryDelayMs: 60_000, deadlineMs: 600_000 };
  const inHalfAMinute = () => new Date(Date.now() + 30_000).toUTCString();

  test.each([429, 503])('%i, after the seconds that it names', async (status) => {
    expect((await waitsFor(refusal(status, '7'), patient)).waits).toEqual([7000]);
  });

  test.each([429, 503])('%i, at the time that it names', async (status) => {
    const { waits } = await waitsFor(refusal(status, inHalfAMinute()), patient);
    expect(waits).toEqual([expect.any(Number)]);
    expect(waits[0]).toBeGreaterThan(27_000);
    expect(waits[0]).toBeLessThanOrEqual(30_000);
  });

  test.each(['0', 'Wed, 21 Oct 2015 07:28:00 GMT'])('at once: %s', async (retryAfter) => {
    const { waits, error, requests } = await waitsFor(refusal(429, retryAfter), {});
    expect([waits, error, requests]).toEqual([[0], undefined, 5]);
  });

  test.each(['3600', new Date(Date.now() + 3_600_000).toUTCString()])(
    'never later than its caller likes: %s',
    async (retryAfter) => {
      const { waits, error, requests } = await waitsFor(refusal(503, retryAfter), {});
      expect([waits, error, requests]).toEqual([[QUICK.maxRetryDelayMs], undefined, 5]);
    },
  );

  test.each([undefined, 'soon', '-5', '1.5'])(
    'in its own time where %s says nothing',
    async (retryAfter) => {
      const { waits, error } = await waitsFor(refusal(429, retryAfter), {
        retryDelayMs: 8,
        maxRetryDelayMs: 1000,
      });
      expect(error).toBeUndefined();
      expect(waits[0]).toBeGreaterThanOrEqual(4);
      expect(waits[0]).toBeLessThanOrEqual(8);
    },
  );

  test('three times, later each time', async () => {
    const limits = { attempts: 4, retryDelayMs: 8, maxRetryDelayMs: 1000 };
    const { waits, error, requests } = await waitsFor(refusal(503), limits, 3);
    expect([waits.length, error, requests]).toEqual([3, undefined, 7]);
    for (const [i, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(4 * 2 ** i);
      expect(wait).toBeLessThanOrEqual(8 * 2 ** i);
    }
  });

  test('and no more often than allowed', async () => {
    const { waits, error, requests } = await waitsFor(refusal(503), { attempts: 2 }, 9);
    expect([waits.length, requests]).toEqual([1, 2]);
    expect(error?.message).toContain('answered 503, at attempt 2');
  });

  test('and not if its time is over before', async () => {
    const { waits, error, requests } = await waitsFor(refusal(503, '10'), {
      deadlineMs: 5000,
      maxRetryDelayMs: 60_000,
    });
    expect([waits, requests]).toEqual([[], 1]);
    expect(error?.message).toContain('answered 503;');
  });
});

test('a wait ends when the caller aborts', async () => {
  const { waits, error, requests } = await waitsFor(refusal(429, '50'), {
    maxRetryDelayMs: 60_000,
    deadlineMs: 600_000,
  });
  expect([waits, error?.message, requests]).toEqual([[50_000], 'too long for a test', 1]);
});

test('a connection that is reset before an answer is tried again', async () => {
  const reset: Answer = (response) => response.socket?.resetAndDestroy();
  const { waits, error, requests } = await waitsFor(reset, {});
  expect([waits.length, error, requests]).toEqual([1, undefined, 5]);
});

test.each([400, 401, 403, 404, 410, 500, 502, 504])('%i is final', async (status) => {
  const { waits, error, requests } = await waitsFor(refusal(status, '0'), {});
  expect([waits, requests]).toEqual([[], 1]);
  expect(error?.message).toContain(`answered ${status};`);
});
