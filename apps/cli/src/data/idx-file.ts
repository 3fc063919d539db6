import { type FileHandle, open, stat } from 'node:fs/promises';
import { DatasetError } from '@softreg/datasets';
import { IdxError, type RandomAccess } from '@softreg/idx';

const CHUNK = 2 ** 20;

/** An IDX file on disk that is open, and read piece by piece. */
export interface OpenIdxFile {
  readonly gzipped: boolean;
  /** Of a file that is not gzipped. */
  readonly access: RandomAccess;
  /** From its first byte, once. */
  stream(): ReadableStream<Uint8Array>;
}

/**
 * Lends a file to some work and closes it. What is wrong with its format is told with its name.
 *
 * @throws DatasetError DATASET_FILE_MISSING, DATASET_FILE_DAMAGED, or what the work throws
 */
export async function withIdxFile<T>(
  path: string,
  work: (file: OpenIdxFile) => Promise<T>,
): Promise<T> {
  const { handle, size } = await openRegular(path);
  try {
    const slice = (start: number, end: number) => readAt(handle, start, end - start);
    const [first, second] = await slice(0, 2);
    return await work({
      gzipped: first === 0x1f && second === 0x8b,
      access: { byteLength: size, slice },
      stream: () => streamOf(slice),
    });
  } catch (error) {
    throw IdxError.isInstance(error) ? damaged(path, error) : error;
  } finally {
    await handle.close();
  }
}

async function openRegular(path: string): Promise<{ handle: FileHandle; size: number }> {
  const missing = (found: string, cause?: unknown) =>
    new DatasetError({
      code: 'DATASET_FILE_MISSING',
      subject: path,
      expected: 'an IDX file',
      found,
      cause,
    });
  // A pipe would not even open before somebody writes into it.
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw missing('no regular file of that name');
  try {
    return { handle: await open(path, 'r'), size: found.size };
  } catch (error) {
    throw missing((error as Error).message, error);
  }
}

function streamOf(slice: RandomAccess['slice']): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      const bytes = await slice(at, at + CHUNK);
      at += bytes.length;
      if (bytes.length === 0) controller.close();
      else controller.enqueue(bytes);
    },
  });
}

/** Fewer bytes at the end of the file. */
async function readAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await handle.read(bytes, read, length - read, position + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return bytes.subarray(0, read);
}

function damaged(path: string, error: IdxError): DatasetError {
  return new DatasetError({
    code: 'DATASET_FILE_DAMAGED',
    subject: path,
    expected: error.expected,
    found: `${error.found} (at byte ${error.offset})`,
    advice: 'replace the file with a good copy',
    cause: error,
  });
}
