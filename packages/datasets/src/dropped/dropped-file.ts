import { IdxError, readRawIdx } from '@softreg/idx';
import { damagedFile } from '../damaged-file.js';
import { DatasetError } from '../errors.js';

/** A file that a user dropped on a page or picked: a `File`, or a `Blob` with a name. */
export type DroppedFile = Blob & { readonly name: string };

/** Its bytes as they are, if they begin like an IDX file, gzipped or not. */
export async function bytesOf(file: DroppedFile, most: number): Promise<Uint8Array> {
  const first = await read(file, file.slice(0, 2));
  if (first.length === 0) throw damaged(file, 'an IDX file', 'an empty file');
  if (file.size > most) throw damaged(file, `at most ${most} bytes`, `${file.size}`);
  if (!isGzip(first) && !first.every((byte) => byte === 0)) {
    const found = Array.from(first, (byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(' ');
    throw damaged(file, 'an IDX file, gzipped or raw', `a file that begins with ${found}`);
  }
  return read(file, file);
}

/** Its bytes, unpacked. */
export async function rawBytesOf(file: DroppedFile, maxBytes: number): Promise<Uint8Array> {
  const bytes = await bytesOf(file, maxBytes);
  return readRawIdx(bytes, { maxBytes }).catch((error: unknown) => {
    throw IdxError.isInstance(error) ? damagedFile(file.name, error) : error;
  });
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

async function read(file: DroppedFile, part: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await part.arrayBuffer());
  } catch (error) {
    // A dropped folder looks like a file until it is read.
    throw new DatasetError({
      code: 'DATASET_FILE_MISSING',
      subject: file.name,
      expected: 'a file that can be read',
      found: `a folder, or a file that is no longer there (${String(error)})`,
      advice: 'choose the files themselves',
      cause: error,
    });
  }
}

function damaged(file: DroppedFile, expected: string, found: string): DatasetError {
  return new DatasetError({
    code: 'DATASET_FILE_DAMAGED',
    subject: file.name,
    expected,
    found,
    advice: 'choose the data set’s files and no others',
  });
}
