import { stat } from 'node:fs/promises';
import { DatasetError } from '@softreg/datasets';
import { damagedFile, type FileAccess, openFileAccess } from '@softreg/datasets/node';
import { IdxError } from '@softreg/idx';

const CHUNK = 2 ** 20;

/** An IDX file on disk that is open, and read piece by piece. */
export interface OpenIdxFile {
  readonly gzipped: boolean;
  /** Of a file that is not gzipped. */
  readonly access: FileAccess;
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
  await demandRegular(path);
  const access = await openFileAccess(path);
  try {
    const [first, second] = await access.slice(0, 2);
    const gzipped = first === 0x1f && second === 0x8b;
    return await work({ gzipped, access, stream: () => streamOf(access) });
  } catch (error) {
    throw IdxError.isInstance(error) ? damagedFile(path, error) : error;
  } finally {
    await access.close();
  }
}

/** A pipe would not even open before somebody writes into it. */
async function demandRegular(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return;
  throw new DatasetError({
    code: 'DATASET_FILE_MISSING',
    subject: path,
    expected: 'an IDX file',
    found: 'no regular file of that name',
    advice: 'name a file that is there',
  });
}

function streamOf({ slice }: FileAccess): ReadableStream<Uint8Array> {
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
