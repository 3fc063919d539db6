import { temporaryFolder } from '@softreg/testkit';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type FetchDatasetOptions, fetchDataset } from '../../src/node/index.js';
import { entryOf, filesOf } from '../synthetic-set.js';
import { localMirror, QUICK } from './local-mirror.js';
import { localProxy } from './local-proxy.js';
import { closedMirror } from './quick-fetch.js';

const FILES = filesOf();
const VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];

beforeEach(() => {
  for (const name of VARIABLES) {
    vi.stubEnv(name, undefined);
    vi.stubEnv(name.toLowerCase(), undefined);
  }
  return () => vi.unstubAllEnvs();
});

async function fetchFrom(mirror: string, options: Partial<FetchDatasetOptions> = {}) {
  const entry = await entryOf(FILES, [mirror]);
  return fetchDataset(entry, { folder: temporaryFolder(), limits: QUICK, ...options });
}

/** What is said of a mirror that nobody can reach. */
async function reasonOf(mirror: string) {
  const error = await fetchFrom(mirror).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'DATASET_UNREACHABLE' });
  expect(String(error)).not.toContain('secret');
  return (error as { found: string }).found.replace(/^\S+ /, '');
}

describe('http within this machine', () => {
  test.each(['HTTP_PROXY', 'http_proxy'])('goes through %s', async (variable) => {
    const proxy = await localProxy();
    const mirror = await localMirror();
    vi.stubEnv(variable, `http://${proxy.host}`);
    expect(await fetchFrom(mirror.url)).toHaveLength(4);
    expect(proxy.forwarded).toEqual(mirror.requests.map((path) => `http://${mirror.host}${path}`));
    expect(mirror.requests).toHaveLength(4);
  });

  test.each([
    ['HTTPS_PROXY', ''],
    ['HTTP_PROXY', '*'],
    ['HTTP_PROXY', '127.0.0.1'],
    ['HTTP_PROXY', 'example.org, 127.0.0.1'],
    ['HTTP_PROXY', 'example.org 127.0.0.1:PORT'],
  ])('does not go through %s with NO_PROXY=%s', async (variable, exceptions) => {
    const proxy = await localProxy();
    const mirror = await localMirror();
    const port = new URL(mirror.url).port;
    vi.stubEnv(variable, `http://${proxy.host}`);
    vi.stubEnv('NO_PROXY', exceptions.replace('PORT', port));
    expect(await fetchFrom(mirror.url)).toHaveLength(4);
    expect([proxy.forwarded, proxy.tunnels]).toEqual([[], []]);
  });

  test.each(['27.0.0.1', '127.0.0.1:1', '1127.0.0.1', 'localhost', ' , '])(
    'goes through it with NO_PROXY=%s',
    async (exceptions) => {
      const proxy = await localProxy();
      const mirror = await localMirror();
      vi.stubEnv('HTTP_PROXY', `http://${proxy.host}`);
      vi.stubEnv('NO_PROXY', exceptions);
      await fetchFrom(mirror.url);
      expect(proxy.forwarded).toHaveLength(4);
    },
  );

  test('small letters go first, and an empty variable is none', async () => {
    const proxy = await localProxy();
    const mirror = await localMirror();
    vi.stubEnv('HTTP_PROXY', `http://${proxy.host}`);
    vi.stubEnv('http_proxy', '');
    await fetchFrom(mirror.url);
    expect(proxy.forwarded).toEqual([]);
  });

  test('a fetch of the caller’s own goes its own way', async () => {
    const proxy = await localProxy();
    const mirror = await localMirror();
    vi.stubEnv('HTTP_PROXY', `http://${proxy.host}`);
    await fetchFrom(mirror.url, { fetch: (...request) => fetch(...request) });
    expect([proxy.forwarded, mirror.requests.length]).toEqual([[], 4]);
  });

  test('a user name and a password are sent, whatever is in them', async () => {
    const proxy = await localProxy({ login: 'me@work:secret: %' });
    const mirror = await localMirror();
    vi.stubEnv('HTTP_PROXY', `http://me%40work:secret%3A%20%25@${proxy.host}`);
    expect(await fetchFrom(mirror.url)).toHaveLength(4);
  });

  test('a wait for a proxy that is silent ends', async () => {
    const stalled = await localMirror(() => undefined);
    vi.stubEnv('HTTP_PROXY', stalled.host);
    const mirror = await localMirror();
    const limits = { ...QUICK, idleMs: 500 };
    await expect(fetchFrom(mirror.url, { limits })).rejects.toMatchObject({
      found: `${mirror.host} sent nothing for 0.5 s`,
    });
    expect([stalled.requests.length, mirror.requests.length]).toEqual([1, 0]);
  });
});

describe('https through a proxy', () => {
  const MIRROR = 'https://data.invalid/set/';

  test('that nobody listens at', async () => {
    const { host } = await closedMirror();
    vi.stubEnv('HTTPS_PROXY', `http://me:secret@${host}`);
    expect(await reasonOf(MIRROR)).toBe(
      `could not be reached through the proxy ${host} (ECONNREFUSED)`,
    );
  });

  test('whose name nobody knows', async () => {
    vi.stubEnv('HTTPS_PROXY', 'http://me:secret@proxy.invalid:3128');
    expect(await reasonOf(MIRROR)).toMatch(
      /^could not be reached through the proxy proxy\.invalid:3128 \((ENOTFOUND|EAI_AGAIN)\)$/,
    );
  });

  test.each([
    [407, 'it answered 407: it wants a user name and password that it knows'],
    [403, 'it answered 403'],
    [503, 'it answered 503'],
  ])('that answers %i', async (refusal, reason) => {
    const proxy = await localProxy({ refusal });
    vi.stubEnv('HTTPS_PROXY', `http://me:secret@${proxy.host}`);
    expect(await reasonOf(MIRROR)).toBe(
      `could not be reached through the proxy ${proxy.host} (${reason})`,
    );
    expect(proxy.tunnels).toEqual(['data.invalid:443']);
  });

  test.each([
    'http://',
    'http://me:secret@',
    'http://me:secret%zz@proxy.invalid',
    'socks5://me:secret@proxy.invalid',
    'me:secret@proxy.invalid:port',
    ':secret',
  ])('whose address is %s', async (value) => {
    vi.stubEnv('https_proxy', value);
    expect(await reasonOf(MIRROR)).toBe(
      'could not be asked: https_proxy is not the address of an http proxy',
    );
  });

  test('an address without http:// is one', async () => {
    const proxy = await localProxy({ refusal: 403 });
    vi.stubEnv('HTTPS_PROXY', proxy.host);
    expect(await reasonOf(MIRROR)).toContain(`the proxy ${proxy.host} (it answered 403)`);
  });
});

test('a 407 without a tunnel names the proxy too', async () => {
  const proxy = await localProxy({ login: 'other:login' });
  const mirror = await localMirror();
  vi.stubEnv('HTTP_PROXY', `http://me:secret@${proxy.host}`);
  expect(await reasonOf(mirror.url)).toBe(
    `could not be reached through the proxy ${proxy.host} (it answered 407: it wants a user name and password that it knows)`,
  );
  expect(mirror.requests).toEqual([]);
});

test('offline nobody asks the proxy', async () => {
  const proxy = await localProxy();
  vi.stubEnv('HTTPS_PROXY', `http://${proxy.host}`);
  await expect(fetchFrom('https://data.invalid/', { offline: true })).rejects.toThrow('offline');
  expect(proxy.tunnels).toEqual([]);
});
