import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { temporaryFolder } from '@softreg/testkit';
import { expect, test } from 'vitest';
import { decodeIdx, encodeIdx, type IdxArray, readIdx } from '../src/index.js';

const ARRAY: IdxArray = {
  type: 'int16',
  shape: [2, 2],
  data: Int16Array.of(1, -2, 300, -32768),
};

// What readFile gives, and what most people will hand over. Its slice() is a view, not a copy.
test('elements of a Buffer are read, and its bytes are left as they are', async () => {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, encodeIdx(ARRAY));
  const file = readFileSync(path);
  expect(decodeIdx(file)).toEqual(ARRAY);
  expect(decodeIdx(file)).toEqual(ARRAY);
  expect(await readIdx(file)).toEqual(ARRAY);
  expect(Buffer.compare(file, encodeIdx(ARRAY))).toBe(0);
  expect(await readIdx(gzipSync(file))).toEqual(ARRAY);
});
