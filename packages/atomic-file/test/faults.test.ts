import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@softreg/testkit';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { writeFileAtomic } from '../src/index.js';

// Every operation on files goes through `disk`, which records it and may let it fail; a write takes 1000 bytes at the most.
const disk = vi.hoisted(() => ({
  operations: [] as string[],
  openFiles: 0,
  fails: (_operation: number): string | undefined => undefined,
  writes: (bytes: number) => bytes,
}));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();

  async function run<T>(name: string, operation: () => Promise<T>): Promise<T> {
    const code = disk.fails(disk.operations.push(name) - 1);
    if (code !== undefined) throw Object.assign(new Error(`${code}, ${name}`), { code });
    return operation();
  }

  async function close(file: FileHandle) {
    disk.openFiles -= 1;
    await file.close();
    await run('close', async () => undefined);
  }

  return {
    ...real,
    open: (path: string, flags: string) =>
      run('open', async () => {
        const file = await real.open(path, flags);
        disk.openFiles += 1;
        return {
          write: (bytes: Uint8Array, offset: number) =>
            run('write', async () => {
              const length = disk.writes(Math.min(1000, bytes.length - offset));
              return length === 0 ? { bytesWritten: 0 } : file.write(bytes, offset, length);
            }),
          sync: () => run('sync', () => file.sync()),
          close: () => close(file),
        };
      }),
    rename: (from: string, to: string) => run('rename', () => real.rename(from, to)),
    rm: (path: string, options: object) => run('rm', () => real.rm(path, options)),
  };
});

const OPERATIONS = 'open write write write sync close rename open sync close'.split(' ');
const RENAME = OPERATIONS.indexOf('rename');
/** A failing disk, a full one, a full quota, a folder or a file system that may only be read. */
const CODES = ['EIO', 'ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS'];
const OLD = 'old';
const NEW = Uint8Array.from({ length: 2500 }, (_, index) => index % 251);

let path: string;

beforeEach(() => {
  path = join(temporaryFolder(), 'a');
  writeFileSync(path, OLD);
  disk.operations = [];
  disk.openFiles = 0;
  disk.fails = () => undefined;
  disk.writes = (bytes) => bytes;
});

test('the operations are these, and short writes are gone on with', async () => {
  await writeFileAtomic(path, NEW);
  expect(disk.operations).toEqual(OPERATIONS);
  expect(Buffer.compare(readFileSync(path), NEW)).toBe(0);
});

describe.each(OPERATIONS.map((name, index) => [index, name] as const))(
  'operation %i, %s',
  (operation) => {
    test.each(CODES)('fails with %s once', async (code) => {
      disk.fails = (index) => (index === operation ? code : undefined);
      expect(await outcome()).toBe(isNoFault(operation, code) ? 'written' : code);
      expectOldOrNew(operation);
      expect(readdirSync(join(path, '..'))).toEqual(['a']);
    });

    test.each(CODES)('fails with %s, and everything after it', async (code) => {
      disk.fails = (index) => (index >= operation ? code : undefined);
      expect(await outcome()).toBe(isNoFault(operation, code) ? 'written' : code);
      expectOldOrNew(operation);
    });
  },
);

test.each(['EACCES', 'EINVAL', 'ENOTSUP'])(
  'a folder that cannot be flushed (%s) is no failure: the file is in place',
  async (code) => {
    disk.fails = (index) => (index === RENAME + 2 ? code : undefined);
    await writeFileAtomic(path, NEW);
    expectOldOrNew(RENAME + 1);
  },
);

test('a disk that takes a byte at a time and then is full', async () => {
  disk.writes = () => 1;
  disk.fails = (index) => (index > 1000 ? 'ENOSPC' : undefined);
  expect(await outcome()).toBe('ENOSPC');
  expect(disk.operations.filter((name) => name === 'write')).toHaveLength(1001);
  expectOldOrNew(0);
});

test('a disk that takes nothing and reports nothing is an error, not an endless loop', async () => {
  disk.writes = () => 0;
  await expect(writeFileAtomic(path, NEW)).rejects.toThrow('nothing was written after 0 bytes');
  expectOldOrNew(0);
  expect(readdirSync(join(path, '..'))).toEqual(['a']);
});

async function outcome(): Promise<string> {
  return writeFileAtomic(path, NEW).then(
    () => 'written',
    (error) => error.code,
  );
}

/** A folder that may not be listed is not flushed; the file is in place by then. */
function isNoFault(operation: number, code: string): boolean {
  return operation > RENAME && (code === 'EACCES' || code === 'EPERM');
}

/** Up to the rename the old file, then the new one; and all that was opened is closed. */
function expectOldOrNew(failed: number): void {
  expect(Buffer.compare(readFileSync(path), failed <= RENAME ? Buffer.from(OLD) : NEW)).toBe(0);
  expect(disk.openFiles).toBe(0);
}
