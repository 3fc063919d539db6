import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from '@softreg/testkit';
import { expect, test } from 'vitest';
import { readIdxFile } from '../../src/node/index.js';

const FILE = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9);

test.each([
  ['raw', FILE],
  ['gzipped', gzipSync(FILE)],
])('%s', async (_, bytes) => {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, bytes);
  expect(await readIdxFile(path)).toEqual({
    type: 'uint8',
    shape: [2],
    data: Uint8Array.of(7, 9),
  });
});

test('a damaged file is named, with the byte', async () => {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, FILE.subarray(0, 9));
  await expect(readIdxFile(path)).rejects.toMatchObject({
    code: 'DATASET_FILE_DAMAGED',
    subject: path,
    found: 'the end of the file after 9 bytes (at byte 9)',
  });
});

test.each(['none', '.'])('%s is no file', async (name) => {
  await expect(readIdxFile(join(temporaryFolder(), name))).rejects.toMatchObject({
    code: 'DATASET_FILE_MISSING',
  });
});
