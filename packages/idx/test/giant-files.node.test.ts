import { openAsBlob, truncateSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesRead, temporaryFolder } from '@softreg/testkit';
import { afterAll, expect, test } from 'vitest';
import { type IdxArray, openRandomRows, openSequentialRows, readIdx } from '../src/index.js';

/** Nearly 4 GiB. Node 20 gives the size of a Blob modulo 2^32. */
const ROWS = 2 ** 22 - 1;
const MOST_READ = 2 ** 24;
const folder = temporaryFolder();
const opened: FileHandle[] = [];

/** A file of that many KiB after its header, all of them a hole. */
function sparse(name: string, rows: number, rowBytes: number): string {
  const path = join(folder, name);
  const head = Buffer.from([0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(rows, 4);
  head.writeUInt32BE(rowBytes, 8);
  writeFileSync(path, head);
  truncateSync(path, 12 + ROWS * 1024);
  return path;
}

const LITTLE = sparse('little', 3, 784);
const TRUE = sparse('true', ROWS, 1024);
const MORE = sparse('more', 2 ** 32 - 1, 784);
const ONE_ROW = sparse('one', 1, ROWS * 1024);

const MANNERS: [string, (path: string) => Promise<unknown>][] = [
  ['readIdx', async (path) => readIdx(await openAsBlob(path))],
  ['readIdx of a stream', async (path) => readIdx((await openAsBlob(path)).stream())],
  ['openSequentialRows', walked],
  ['openRandomRows', opening],
];

test.each<[string, string, string[]]>([
  [
    'little',
    LITTLE,
    ['IDX_TRAILING_BYTES', 'IDX_TRAILING_BYTES', 'IDX_TRAILING_BYTES', 'IDX_TRAILING_BYTES'],
  ],
  [
    'as much as there is',
    TRUE,
    ['IDX_TOO_LARGE', 'IDX_TOO_LARGE', 'the first row', 'the last row'],
  ],
  [
    'more than there is',
    MORE,
    ['IDX_TOO_LARGE', 'IDX_TOO_LARGE', 'the first row', 'IDX_TRUNCATED'],
  ],
  ['one row', ONE_ROW, ['IDX_TOO_LARGE', 'IDX_TOO_LARGE', 'IDX_TOO_LARGE', 'IDX_TOO_LARGE']],
])('a sparse file of nearly 4 GiB that claims %s', async (_, path, outcomes) => {
  const found = [];
  const before = bytesRead();
  const memory = process.memoryUsage().arrayBuffers;
  for (const [, read] of MANNERS) {
    found.push(await read(path).catch((error: { code: string }) => error.code));
  }
  expect(found).toEqual(outcomes);
  expect(bytesRead() - before).toBeLessThan(MOST_READ);
  expect(process.memoryUsage().arrayBuffers - memory).toBeLessThan(MOST_READ);
});

async function walked(path: string): Promise<string> {
  const rows = await openSequentialRows(await openAsBlob(path));
  for await (const block of rows.blocks(2)) {
    if (rows.count < 10) continue;
    expectZeros(block, 2 * (rows.shape[1] as number));
    return 'the first row';
  }
  return 'all';
}

async function opening(path: string): Promise<string> {
  const file = await open(path);
  opened.push(file);
  const { size } = await file.stat();
  const rows = await openRandomRows({
    byteLength: size,
    async slice(start, end) {
      // More than this kills a process of Node 20.
      expect(end - start).toBeLessThan(2 ** 31);
      const { buffer, bytesRead: length } = await file.read(
        Buffer.alloc(end - start),
        0,
        end - start,
        start,
      );
      return buffer.subarray(0, length);
    },
  });
  expectZeros(await rows.read(rows.count - 1, rows.count), 1024);
  return 'the last row';
}

function expectZeros({ data }: IdxArray, length: number): void {
  expect(data.length).toBe(length);
  expect(data.every((value) => value === 0)).toBe(true);
}

afterAll(async () => {
  for (const file of opened) await file.close();
});
