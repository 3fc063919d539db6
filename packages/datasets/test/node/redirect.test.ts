import { readdirSync } from 'node:fs';
import { temporaryFolder } from '@softreg/testkit';
import { expect, test } from 'vitest';
import { fetchDataset } from '../../src/node/index.js';
import { entryOf, filesOf } from '../synthetic-set.js';
import { type Answer, localMirror, QUICK } from './local-mirror.js';

const FILES = filesOf();

/** What is said of a mirror. */
async function reasonOf(mirror: string, options: Parameters<typeof fetchDataset>[1] | object = {}) {
  const folder = temporaryFolder();
  const entry = await entryOf(FILES, [mirror]);
  const error = await fetchDataset(entry, { folder, limits: QUICK, ...options }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: 'DATASET_UNREACHABLE' });
  expect(readdirSync(folder)).toEqual([]);
  return (error as { found: string }).found.replace(/^\S+ /, '');
}

function redirect(location: string | undefined, status = 302): Answer {
  return (response) => response.writeHead(status, location === undefined ? {} : { location }).end();
}

test.each([301, 302, 303, 307, 308])('%i is followed', async (status) => {
  const goal = await localMirror();
  const mirror = await localMirror((response, _, name) =>
    response.writeHead(status, { location: `${goal.url}${name}.gz` }).end(),
  );
  const folder = temporaryFolder();
  await fetchDataset(await entryOf(FILES, [mirror.url]), { folder, limits: QUICK });
  expect(readdirSync(folder)).toHaveLength(4);
  expect(goal.requests).toHaveLength(4);
});

test('two mirrors that send back and forth are a loop', async () => {
  let back = '';
  const one = await localMirror((response, good, name) =>
    redirect(`${back}${name}.gz`)(response, good, name),
  );
  const two = await localMirror((response, good, name) =>
    redirect(`${one.url}${name}.gz`)(response, good, name),
  );
  back = two.url;
  expect(await reasonOf(one.url)).toBe('redirects in a loop');
  expect([one.requests.length, two.requests.length]).toEqual([1, 1]);
});

test('a chain without end is left', async () => {
  let step = 0;
  const mirror = await localMirror((response, good, name) =>
    redirect(`/set/${name}.gz?${++step}`)(response, good, name),
  );
  expect(await reasonOf(mirror.url)).toBe('redirects more than 5 times');
  expect(mirror.requests).toHaveLength(6);
});

test.each([
  ['nowhere', undefined, 'answered 302 without a place to go'],
  ['no address', 'http://[', 'answered 302 without a place to go'],
  ['plain http elsewhere', 'http://data.invalid/file.gz', 'redirects to http://data.invalid'],
  ['a file', 'file:///etc/passwd', 'redirects to null'],
  ['a password', 'https://me:secret@data.invalid/', 'redirects to https://data.invalid'],
])('%s is not followed', async (_, location, reason) => {
  const mirror = await localMirror(redirect(location));
  expect(await reasonOf(mirror.url)).toBe(reason);
  expect(mirror.requests).toHaveLength(1);
});

test('a public mirror cannot send to a service of this machine', async () => {
  const service = await localMirror();
  const answer = async () => new Response('', { status: 302, headers: { location: service.url } });
  expect(await reasonOf('https://data.invalid/', { fetch: answer })).toBe(
    `redirects to http://${service.host}`,
  );
  expect(service.requests).toEqual([]);
});

test.each(['http://data.invalid/', 'ftp://data.invalid/', 'https://me:secret@data.invalid/'])(
  'a mirror at %s is not asked',
  async (mirror) => {
    const never = () => expect.unreachable();
    expect(await reasonOf(mirror, { fetch: never })).toBe('is not an https address');
  },
);
