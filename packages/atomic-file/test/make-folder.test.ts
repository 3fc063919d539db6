import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@softreg/testkit';
import { beforeEach, expect, test } from 'vitest';
import { makeFolder } from '../src/index.js';

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
});

test('makes the folders above as well, and does not mind those that are there', async () => {
  const path = join(folder, 'a', 'b', 'c');
  await makeFolder(path);
  await makeFolder(path);
  expect(statSync(path).isDirectory()).toBe(true);
});

test('many at once', async () => {
  const path = join(folder, 'a', 'b');
  await Promise.all(Array.from({ length: 20 }, () => makeFolder(path)));
  expect(statSync(path).isDirectory()).toBe(true);
});

test('a file in the way, at the end or on the way', async () => {
  writeFileSync(join(folder, 'file'), '');
  await expect(makeFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(join(folder, 'file', 'a', 'b'))).rejects.toMatchObject({
    code: 'ENOTDIR',
  });
});

test.skipIf(!existsSync('/proc/self'))('a folder in which nothing can be made', async () => {
  await expect(makeFolder('/proc/softreg/run')).rejects.toMatchObject({ code: 'ENOENT' });
});
