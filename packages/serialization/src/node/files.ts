import { type Stats, statSync } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder, type WriteOptions, writeFileAtomic } from '@softreg/atomic-file';
import { SerializationError } from '../errors.js';

/** More than any model or checkpoint of ours: a larger file is refused before it is read. */
const MAX_BYTES = 2 ** 30;

/** @throws SerializationError FILE_MISSING, FILE_UNREADABLE */
export async function readWhole(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const found = await stat(path);
    // A pipe or a device would be read without end.
    if (!found.isFile()) throw unreadable(path, 'a file', kind(found));
    if (found.size > MAX_BYTES) {
      throw unreadable(path, `at most ${MAX_BYTES} bytes`, `${found.size}`);
    }
    return await readBytes(path, found.size);
  } catch (error) {
    if (SerializationError.isInstance(error)) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw unreadable(path, 'a readable file', message);
    throw new SerializationError({
      code: 'FILE_MISSING',
      subject: path,
      expected: 'a file',
      found: 'none of that name',
      cause: error,
    });
  }
}

/** Never more than `size`: some files of /proc say that they are empty and go on for terabytes. */
async function readBytes(path: string, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const file = await open(path);
  try {
    const bytes = new Uint8Array(size);
    let length = 0;
    while (length < size) {
      const { bytesRead } = await file.read(bytes, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}

/** Writes a file whole or not at all. @throws SerializationError FILE_WRITE_FAILED; an old file is as it was */
export async function writeWhole(
  path: string,
  bytes: Uint8Array,
  options?: WriteOptions,
): Promise<void> {
  if (bytes.length > MAX_BYTES) {
    throw notWritten(path, `at most ${MAX_BYTES} bytes`, `${bytes.length}`);
  }
  const old = statsOf(path);
  // The rename would put a file in the place of /dev/null.
  if (old !== undefined && !old.isFile()) throw notWritten(path, 'a file or none', kind(old));
  try {
    await writeFileAtomic(path, bytes, options);
  } catch (error) {
    throw notWritten(path, `to write into ${dirname(path)}`, (error as Error).message, error);
  }
}

/**
 * Makes the folder, and those above it, unless they are there, and tries whether a file can be written in it.
 *
 * @throws SerializationError FILE_WRITE_FAILED
 */
export async function makeWritableFolder(folder: string): Promise<void> {
  const probe = join(folder, '.softreg-probe');
  try {
    await makeFolder(folder);
    await writeFileAtomic(probe, new Uint8Array(1));
    await rm(probe, { force: true });
  } catch (error) {
    throw notWritten(folder, 'a folder to write into', (error as Error).message, error);
  }
}

/** Runs `read`, and puts the file's name before the subject of what it finds wrong. */
export async function namingFile<T>(path: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!SerializationError.isInstance(error) || error.subject.startsWith(path)) throw error;
    throw new SerializationError({
      code: error.code,
      subject: `${path}, ${error.subject}`,
      expected: error.expected,
      found: error.found,
      offset: error.offset,
      advice: error.advice,
      cause: error,
    });
  }
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function unreadable(path: string, expected: string, found: string): SerializationError {
  return new SerializationError({ code: 'FILE_UNREADABLE', subject: path, expected, found });
}

function notWritten(path: string, expected: string, found: string, cause?: unknown) {
  return new SerializationError({
    code: 'FILE_WRITE_FAILED',
    subject: path,
    expected,
    found,
    advice: 'make room or choose another place; an old file of that name is still whole',
    cause,
  });
}

function kind(found: Stats): string {
  return found.isDirectory() ? 'a folder' : 'a device';
}
