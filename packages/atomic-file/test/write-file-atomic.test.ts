import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@softreg/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { writeFileAtomic } from '../src/index.js';

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
});

test('a new file holds the bytes and nothing else is left in the folder', async () => {
  const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
  await writeFileAtomic(join(folder, 'a'), bytes);
  expect(Buffer.compare(readFileSync(join(folder, 'a')), bytes)).toBe(0);
  expect(readdirSync(folder)).toEqual(['a']);
});

test('an old file is replaced, also by an empty one', async () => {
  writeFileSync(join(folder, 'a'), 'old and longer');
  await writeFileAtomic(join(folder, 'a'), new Uint8Array(0));
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('');
});

test('of many writers at once, one wins whole', async () => {
  const writers = Array.from({ length: 20 }, (_, index) => new Uint8Array(50_000).fill(index));
  await Promise.all(writers.map((bytes) => writeFileAtomic(join(folder, 'a'), bytes)));
  const found = readFileSync(join(folder, 'a'));
  expect(found.length).toBe(50_000);
  expect(new Set(found).size).toBe(1);
  expect(readdirSync(folder)).toEqual(['a']);
});

describe('a failure leaves no temporary file', () => {
  test('the folder does not exist', async () => {
    await expect(writeFileAtomic(join(folder, 'no', 'a'), Uint8Array.of(1))).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  test('the name is taken by a folder', async () => {
    mkdirSync(join(folder, 'a', 'b'), { recursive: true });
    await expect(writeFileAtomic(join(folder, 'a'), Uint8Array.of(1))).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(['a']);
  });
});
