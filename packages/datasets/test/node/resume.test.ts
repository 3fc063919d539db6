import { readdirSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { temporaryFolder } from '@softreg/testkit';
import { describe, expect, test } from 'vitest';
import { type FetchEvent, fetchDataset } from '../../src/node/index.js';
import { entryOf, filesOf, NAMES } from '../synthetic-set.js';
import { type Answer, gzippedFiles, localMirror, QUICK, sendGood } from './local-mirror.js';

const FILES = filesOf();
const GOOD = (await gzippedFiles()).get(NAMES.trainImages) as Buffer;
const HALF = 30;
const DATE = 'Wed, 21 Oct 2015 07:28:00 GMT';

type Headers = Readonly<Record<string, string>>;

/** A mirror that breaks off the first file in the middle, `times` times, and answers the next request for it by `then`. */
async function breakingMirror(headers: Headers, then: Answer, times = 1) {
  const asked: (string | undefined)[][] = [];
  const mirror = await localMirror((response, good, name) => {
    if (name !== NAMES.trainImages) return sendGood(response, good, name);
    const { range, 'if-range': ifRange } = response.req.headers;
    asked.push([range, ifRange as string | undefined]);
    if (asked.length > times) return then(response, good, name);
    response.writeHead(200, { 'content-length': good.length, ...headers });
    response.write(good.subarray(0, HALF), () => response.destroy());
  });
  const events: FetchEvent[] = [];
  const folder = temporaryFolder();
  const fetched = async () => {
    await fetchDataset(await entryOf(FILES, [mirror.url]), {
      folder,
      limits: QUICK,
      onProgress: (event) => void events.push(event),
    });
    return readFileSync(join(folder, `${NAMES.trainImages}.gz`));
  };
  return { asked, events, folder, fetched, host: mirror.host };
}

function sendPart(response: ServerResponse, part: Buffer, range: string, headers: Headers = {}) {
  response.writeHead(206, { 'content-range': range, ...headers }).end(part);
}

const sendRest: Answer = (response, good) => {
  const from = Number(/^bytes=(\d+)-$/.exec(response.req.headers.range ?? '')?.[1]);
  sendPart(response, good.subarray(from), `bytes ${from}-${good.length - 1}/${good.length}`);
};

describe('a download that breaks off', () => {
  test.each([
    ['a strong ETag', { etag: '"one"' }, '"one"'],
    ['a Last-Modified', { 'last-modified': DATE }, DATE],
    ['a weak ETag and a Last-Modified', { etag: 'W/"one"', 'last-modified': DATE }, DATE],
    ['both', { etag: '"one"', 'last-modified': DATE }, '"one"'],
  ])('is taken up where it broke, with %s', async (_, headers, validator) => {
    const { asked, events, fetched } = await breakingMirror(headers, sendRest);
    expect((await fetched()).equals(GOOD)).toBe(true);
    expect(asked).toEqual([
      [undefined, undefined],
      [`bytes=${HALF}-`, validator],
    ]);
    const sizes = events.flatMap((event) =>
      event.phase === 'download' && event.file === NAMES.trainImages ? [event.loaded] : [],
    );
    expect(sizes).toEqual([HALF, GOOD.length]);
  });

  test('more than once', async () => {
    const halves: Answer = (response, good, name) => {
      if (response.req.headers.range !== `bytes=${HALF}-`) return sendRest(response, good, name);
      const range = `bytes ${HALF}-${good.length - 1}/${good.length}`;
      response.writeHead(206, { 'content-range': range, 'content-length': good.length - HALF });
      response.write(good.subarray(HALF, HALF + 5), () => response.destroy());
    };
    const { asked, fetched } = await breakingMirror({ etag: '"one"' }, halves);
    expect((await fetched()).equals(GOOD)).toBe(true);
    expect(asked.map(([range]) => range)).toEqual([undefined, 'bytes=30-', 'bytes=35-']);
  });

  test.each([
    ['a weak ETag', { etag: 'W/"one"' }],
    ['nothing to know the file by', {}],
  ])('is begun again with %s', async (_, headers) => {
    const { asked, fetched } = await breakingMirror(headers as Headers, sendGood);
    expect((await fetched()).equals(GOOD)).toBe(true);
    expect(asked[1]).toEqual([undefined, undefined]);
  });

  test('is begun again where the range is ignored, or the file is another by now', async () => {
    const { asked, fetched } = await breakingMirror({ etag: '"one"' }, sendGood);
    expect((await fetched()).equals(GOOD)).toBe(true);
    expect(asked[1]?.[0]).toBe(`bytes=${HALF}-`);
  });

  test('is begun again where the range is beyond the end', async () => {
    const { asked, fetched } = await breakingMirror({ etag: '"one"' }, (response, ...rest) => {
      if (response.req.headers.range === undefined) sendGood(response, ...rest);
      else response.writeHead(416).end();
    });
    expect((await fetched()).equals(GOOD)).toBe(true);
    expect(asked.map(([range]) => range)).toEqual([undefined, `bytes=${HALF}-`, undefined]);
  });

  test('is begun again where the parts do not fit together', async () => {
    const { asked, fetched } = await breakingMirror({ etag: '"one"' }, (response, good, name) => {
      if (response.req.headers.range === undefined) return sendGood(response, good, name);
      const part = Buffer.alloc(good.length - HALF, 1);
      sendPart(response, part, `bytes ${HALF}-${good.length - 1}/${good.length}`);
    });
    expect((await fetched()).equals(GOOD)).toBe(true);
    expect(asked).toHaveLength(3);
  });

  test('is given up after three attempts', async () => {
    const { asked, events, folder, fetched, host } = await breakingMirror({}, sendGood, 9);
    await expect(fetched()).rejects.toMatchObject({
      code: 'DATASET_UNREACHABLE',
      found: expect.stringMatching(`^${host} broke off after 30 bytes \\(.*\\), at attempt 3$`),
    });
    expect(asked).toHaveLength(3);
    expect(readdirSync(folder)).toEqual([]);
    expect(events.flatMap((event) => (event.phase === 'connect' ? event.attempt : []))).toEqual([
      1, 2, 3,
    ]);
  });
});

describe('a part that was not asked for is refused', () => {
  const end = GOOD.length - 1;
  test.each([
    ['from another place', `bytes 0-${end}/${GOOD.length}`, {}],
    ['up to another place', `bytes ${HALF}-${end - 1}/${GOOD.length}`, {}],
    ['of a file of another size', `bytes ${HALF}-${end + 1}/${GOOD.length + 1}`, {}],
    ['in other units', `lines ${HALF}-${end}/${GOOD.length}`, {}],
    ['with no range', '', {}],
  ])('%s', async (_, range, headers) => {
    const { asked, folder, fetched } = await breakingMirror({ etag: '"one"' }, (response, good) =>
      sendPart(response, good.subarray(HALF), range, headers),
    );
    await expect(fetched()).rejects.toMatchObject({
      found: expect.stringContaining('answered 206 with a wrong range ('),
    });
    expect(asked).toHaveLength(2);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('of another version', async () => {
    const range = `bytes ${HALF}-${end}/${GOOD.length}`;
    const { fetched } = await breakingMirror({ etag: '"one"' }, (response, good) =>
      sendPart(response, good.subarray(HALF), range, { etag: '"two"' }),
    );
    await expect(fetched()).rejects.toMatchObject({
      found: expect.stringContaining('answered 206 with another ETag'),
    });
  });

  test('at the first request', async () => {
    const range = `bytes 0-${end}/${GOOD.length}`;
    const { fetched } = await breakingMirror({}, (r, good) => sendPart(r, good, range), 0);
    await expect(fetched()).rejects.toMatchObject({
      found: expect.stringContaining('answered 206 to a request for the whole file'),
    });
  });
});
