import { md5 } from '@noble/hashes/legacy.js';
import { expect, test } from 'vitest';
import { openDataset, verifyCache } from '../../src/browser/index.js';
import type { DatasetEntry } from '../../src/index.js';
import { NAMES, PARTS } from '../synthetic-set.js';
import { entryWith, FILES, GZIPPED, pageMirror, QUICK } from './page-mirror.js';
import { spoil } from './stores.js';

/** The synthetic set, of which nobody knows a SHA-256. */
async function entryByMd5(...mirrors: { url: string }[]): Promise<DatasetEntry> {
  const files = PARTS.map((part) => {
    const digest = md5(GZIPPED.get(NAMES[part]) as Uint8Array);
    const gzipMd5 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return [part, { name: NAMES[part], bytes: FILES[part].length, gzipMd5 }];
  });
  return { ...(await entryWith(...mirrors)), files: Object.fromEntries(files) };
}

test('where only an MD5 is known it is checked, on arrival and on each use', async () => {
  const bad = await pageMirror({ answers: ['another file of the right shape'] });
  const mirror = await pageMirror();
  const entry = await entryByMd5(bad, mirror);
  await openDataset(entry, { limits: QUICK });
  expect(await mirror.seen()).toHaveLength(4);
  expect((await verifyCache(entry)).map(({ state }) => state)).toEqual(Array(4).fill('good'));
  // The right values, no longer in their wrapping.
  await spoil(entry, entry.files.testLabels, () => FILES.testLabels);
  const reasons: string[] = [];
  await openDataset(entry, {
    limits: QUICK,
    onProgress: (event) => event.phase === 'damaged' && reasons.push(event.reason),
  });
  expect(reasons).toEqual([
    expect.stringMatching(`^expected MD5 ${entry.files.testLabels.gzipMd5} of the .gz, found `),
  ]);
});

test('a transfer that was unpacked on the way has no MD5 and is refused', async () => {
  const mirror = await pageMirror({ answers: ['send it encoded'] });
  await expect(openDataset(await entryByMd5(mirror), { limits: QUICK })).rejects.toMatchObject({
    found: expect.stringContaining('sent other data (expected MD5 '),
  });
});
