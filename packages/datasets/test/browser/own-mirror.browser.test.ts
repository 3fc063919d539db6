import { describe, expect, test } from 'vitest';
import { openDataset } from '../../src/browser/index.js';
import { NAMES, PARTS } from '../synthetic-set.js';
import { entryWith, openOnPlainHttp, pageMirror, QUICK } from './page-mirror.js';

describe('a page that has the files itself', () => {
  test('asks nobody else, and may be an http one, on which the browser keeps nothing', async () => {
    const entry = { ...(await entryWith()), mirrors: ['https://data.invalid/'] };
    const { isSecureContext, count, sha256, events, asked } = await openOnPlainHttp(entry);
    expect([isSecureContext, count]).toEqual([false, 12]);
    expect(asked).toEqual(PARTS.map((part) => `http://demo.test/app/data/${NAMES[part]}.gz`));
    // Without Web Crypto they are checked too.
    for (const part of PARTS) expect(sha256[part]).toBe(entry.files[part].sha256);
    expect(events.filter(({ phase }) => phase === 'unkept')).toHaveLength(4);
    expect(events[0]).toMatchObject({ phase: 'connect', mirror: 'http://demo.test/app/data/' });
  });

  test('may name several, in place of the entry’s', async () => {
    const never = await pageMirror();
    const missing = await pageMirror({ answers: ['404'] });
    const good = await pageMirror();
    const entry = await entryWith(never);
    // A final slash is not needed.
    const mirrors = [missing.url, good.url.slice(0, -1)];
    expect((await openDataset(entry, { limits: QUICK, mirrors })).test.count).toBe(5);
    expect([(await never.seen()).length, (await missing.seen()).length]).toEqual([0, 4]);
    expect(await good.seen()).toHaveLength(4);
  });

  test('is told of a mirror that is no address', async () => {
    await expect(openDataset(await entryWith(), { mirrors: ['http://['] })).rejects.toThrow(
      TypeError,
    );
  });
});
