import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFileAtomic } from '@softreg/atomic-file';
import { SerializationError } from '../errors.js';

/** More than any model or checkpoint of ours: a larger file is refused before it is read. */
const MAX_BYTES = 2 ** 30;

/** @throws SerializationError FILE_MISSING, FILE_UNREADABLE */
export async function readWhole(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const found = await stat(path);
    // A pipe or a device would be read without end.
    if (!found.isFile())
      throw unreadable(path, 'a file', found.isDirectory() ? 'a folder' : 'a device');
    if (found.size > MAX_BYTES) {
      throw unreadable(path, `at most ${MAX_BYTES} bytes`, `${found.size}`);
    }
    return new Uint8Array(await readFile(path));
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

/** @throws SerializationError FILE_WRITE_FAILED; the old file, if there was one, is as it was */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFileAtomic(path, bytes);
  } catch (error) {
    throw new SerializationError({
      code: 'FILE_WRITE_FAILED',
      subject: path,
      expected: `to write into ${dirname(path)}`,
      found: (error as Error).message,
      advice: 'make room or choose another place; nothing was changed',
      cause: error,
    });
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

function unreadable(path: string, expected: string, found: string): SerializationError {
  return new SerializationError({ code: 'FILE_UNREADABLE', subject: path, expected, found });
}
