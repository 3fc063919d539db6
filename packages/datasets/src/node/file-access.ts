import { type FileHandle, open } from 'node:fs/promises';
import type { RandomAccess } from '@softreg/idx';
import { cannotRead } from './open-file.js';

/** A file that is open for reading anywhere. */
export interface FileAccess extends RandomAccess {
  close(): Promise<void>;
}

/** @throws DatasetError DATASET_FILE_MISSING if it cannot be opened */
export async function openFileAccess(path: string): Promise<FileAccess> {
  const file = await open(path).catch((cause: unknown) => {
    throw cannotRead(path, cause);
  });
  const { size } = await file.stat();
  return {
    byteLength: size,
    slice: (start, end) => readRange(path, file, start, end),
    close: () => file.close(),
  };
}

/** Node 20 ends the process where it is asked for 2 GiB or more. */
const MOST_AT_ONCE = 2 ** 30;

/** A read may give less than was asked for, long before the end. */
async function readRange(
  path: string,
  file: FileHandle,
  start: number,
  end: number,
): Promise<Uint8Array> {
  // Memory that nobody has to clear first: all of it is written, or cut off.
  const { buffer } = Buffer.allocUnsafeSlow(end - start);
  const bytes = new Uint8Array(buffer);
  let length = 0;
  while (length < bytes.length) {
    const wanted = Math.min(bytes.length - length, MOST_AT_ONCE);
    const { bytesRead } = await file
      .read(bytes, length, wanted, start + length)
      .catch((cause: unknown) => {
        throw cannotRead(path, cause);
      });
    if (bytesRead === 0) return bytes.subarray(0, length);
    length += bytesRead;
  }
  return bytes;
}
