import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from '@softreg/testkit';
import { expect, test } from 'vitest';
import type { DatasetEntry } from '../../src/index.js';
import { fetchDataset, openDataset } from '../../src/node/index.js';
import { entryOf, filesOf, NAMES, PARTS } from '../synthetic-set.js';
import { type Answer, gzippedFiles, localMirror, QUICK, sendGood } from './local-mirror.js';

const FILES = filesOf();
const GZIPPED = await gzippedFiles();

/** The synthetic set, of which nobody knows a SHA-256. */
async function entryByMd5(mirror: string): Promise<DatasetEntry> {
  const entry = await entryOf(FILES, [mirror]);
  const files = PARTS.map((part) => {
    const gzipMd5 = createHash('md5')
      .update(GZIPPED.get(NAMES[part]) as Buffer)
      .digest('hex');
    return [part, { name: NAMES[part], bytes: FILES[part].length, gzipMd5 }];
  });
  return { ...entry, files: Object.fromEntries(files) };
}

/** The same images and labels, in another wrapping. */
const rewrapped = (name: string) => {
  const part = PARTS.find((candidate) => NAMES[candidate] === name) as 'testLabels';
  return gzipSync(FILES[part], { level: 0 });
};

const foldersWith = (content: (name: string) => Uint8Array, ending: string) => {
  const folder = temporaryFolder();
  for (const name of Object.values(NAMES))
    writeFileSync(join(folder, name + ending), content(name));
  return folder;
};

test('a download is checked by it', async () => {
  const entry = await entryByMd5((await localMirror()).url);
  const files = await fetchDataset(entry, { folder: temporaryFolder(), limits: QUICK });
  expect(files).toHaveLength(4);
});

const OTHERS: [string, Answer][] = [
  ['another wrapping', (response, _, name) => response.end(rewrapped(name))],
  [
    'a transfer that is unpacked on the way',
    (response, good) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(good),
  ],
];

test.each(OTHERS)('%s is refused, or accepted unchecked', async (_, answer) => {
  const mirror = await localMirror(answer);
  const entry = await entryByMd5(mirror.url);
  const folder = temporaryFolder();
  const { gzipMd5 } = entry.files.trainImages;
  await expect(fetchDataset(entry, { folder, limits: QUICK })).rejects.toMatchObject({
    code: 'DATASET_UNREACHABLE',
    found: expect.stringContaining(
      `${mirror.host} sent other data (expected MD5 ${gzipMd5} of the .gz, found `,
    ),
  });
  const files = await fetchDataset(entry, { folder, limits: QUICK, verify: false });
  expect(files).toHaveLength(4);
});

test('so is a folder of the user’s own, where it has the .gz', async () => {
  const entry = await entryByMd5('http://127.0.0.1:9/');
  const good = foldersWith((name) => GZIPPED.get(name) as Buffer, '.gz');
  expect((await openDataset(entry, { folder: good })).train.count).toBe(12);
  const other = foldersWith(rewrapped, '.gz');
  await expect(openDataset(entry, { folder: other })).rejects.toMatchObject({
    code: 'DATASET_WRONG_CHECKSUM',
    subject: join(other, 'train-images.gz'),
    expected: `MD5 ${entry.files.trainImages.gzipMd5} of the .gz, that of the tiny set`,
  });
  expect((await openDataset(entry, { folder: other, verify: false })).train.count).toBe(12);
});

test('raw files have no MD5 to compare', async () => {
  const entry = await entryByMd5('http://127.0.0.1:9/');
  const raw = foldersWith((name) => {
    return FILES[PARTS.find((part) => NAMES[part] === name) as 'testLabels'];
  }, '');
  expect((await openDataset(entry, { folder: raw })).test.count).toBe(5);
});

test('where both are known, SHA-256 decides', async () => {
  const mirror = await localMirror((response, _, name) => response.end(rewrapped(name)));
  const byMd5 = await entryByMd5(mirror.url);
  const bySha256 = await entryOf(FILES, [mirror.url]);
  const files = PARTS.map((part) => [part, { ...byMd5.files[part], ...bySha256.files[part] }]);
  const entry = { ...byMd5, files: Object.fromEntries(files) };
  expect(await fetchDataset(entry, { folder: temporaryFolder(), limits: QUICK })).toHaveLength(4);
});

test('a set of which nothing is known is believed if its sizes are right', async () => {
  const mirror = await localMirror((response, good, name) =>
    name === NAMES.testLabels
      ? response.end(GZIPPED.get(NAMES.trainLabels))
      : sendGood(response, good, name),
  );
  const known = await entryByMd5(mirror.url);
  const files = PARTS.map((part) => [part, { name: NAMES[part], bytes: FILES[part].length }]);
  const entry = { ...known, files: Object.fromEntries(files) };
  await expect(
    fetchDataset(entry, { folder: temporaryFolder(), limits: QUICK }),
  ).rejects.toMatchObject({ subject: 'test-labels.gz' });
});
