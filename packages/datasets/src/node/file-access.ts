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
    slice: (start, end, into) => readRange(path, file, start, end, into),
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
  into: Uint8Array | undefined,
): Promise<Uint8Array> {
  const bytes = into?.length === end - start ? into : uncleared(end - start);
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

/** Memory that nobody has to clear first: all of it will be written, or cut off. */
function uncleared(length: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}
