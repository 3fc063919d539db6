import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { failingDisk, temporaryFolder } from '@softreg/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { writeFileAtomic } from '../src/index.js';

type Faults = Parameters<typeof failingDisk>[0];

const OPERATIONS = 'open write write write sync close rename open sync close'.split(' ');
const RENAME = OPERATIONS.indexOf('rename');
/** A failing disk, a full one, a full quota, a folder or a file system that may only be read. */
const CODES = ['EIO', 'ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS'];
const OLD = 'old';
const NEW = Uint8Array.from({ length: 2500 }, (_, index) => index % 251);

let path: string;
let disk: ReturnType<typeof failingDisk>;

beforeEach(() => {
  path = join(temporaryFolder(), 'a');
  writeFileSync(path, OLD);
});

test('the operations are these, and short writes are gone on with', async () => {
  expect(await outcome()).toBe('written');
  expect(disk.operations).toEqual(OPERATIONS);
  expect(Buffer.compare(readFileSync(path), NEW)).toBe(0);
});

describe.each(OPERATIONS.map((name, index) => [index, name] as const))(
  'operation %i, %s',
  (operation) => {
    test.each(CODES)('fails with %s once', async (code) => {
      const fails = (index: number) => (index === operation ? code : undefined);
      expect(await outcome({ fails })).toBe(isNoFault(operation, code) ? 'written' : code);
      expectOldOrNew(operation);
      expect(readdirSync(join(path, '..'))).toEqual(['a']);
    });

    test.each(CODES)('fails with %s, and everything after it', async (code) => {
      const fails = (index: number) => (index >= operation ? code : undefined);
      expect(await outcome({ fails })).toBe(isNoFault(operation, code) ? 'written' : code);
      expectOldOrNew(operation);
    });
  },
);

test.each(['EACCES', 'EINVAL', 'ENOTSUP'])(
  'a folder that cannot be flushed (%s) is no failure: the file is in place',
  async (code) => {
    const fails = (index: number) => (index === RENAME + 2 ? code : undefined);
    expect(await outcome({ fails })).toBe('written');
    expectOldOrNew(RENAME + 1);
  },
);

test('a disk that takes a byte at a time and then is full', async () => {
  const fails = (index: number) => (index > 1000 ? 'ENOSPC' : undefined);
  expect(await outcome({ fails, writes: () => 1 })).toBe('ENOSPC');
  expect(disk.operations.filter((name) => name === 'write')).toHaveLength(1001);
  expectOldOrNew(0);
});

test('a disk that takes nothing and reports nothing is an error, not an endless loop', async () => {
  expect(await outcome({ writes: () => 0 })).toBe('nothing was written after 0 bytes');
  expectOldOrNew(0);
  expect(readdirSync(join(path, '..'))).toEqual(['a']);
});

/** On a disk where a write takes 1000 bytes at the most. */
async function outcome(faults: Faults = {}): Promise<string> {
  disk = failingDisk({ mostBytes: 1000, ...faults });
  return writeFileAtomic(path, NEW, { fileSystem: disk }).then(
    () => 'written',
    (error) => error.code ?? error.message,
  );
}

/** A folder that may not be listed is not flushed; the file is in place by then. */
function isNoFault(operation: number, code: string): boolean {
  return operation > RENAME && (code === 'EACCES' || code === 'EPERM');
}

/** Up to the rename the old file, then the new one; and all that was opened is closed. */
function expectOldOrNew(failed: number): void {
  expect(Buffer.compare(readFileSync(path), failed <= RENAME ? Buffer.from(OLD) : NEW)).toBe(0);
  expect(disk.openFiles()).toBe(0);
}
