import { DEFAULT_MAX_BYTES, decodeIdx, type IdxArray, IdxError, readRawIdx } from '@softreg/idx';
import { damagedFile } from '../damaged-file.js';
import { DatasetError } from '../errors.js';
import { openIfThere } from './open-file.js';

/**
 * Reads one IDX file, gzipped or raw.
 *
 * @throws DatasetError DATASET_FILE_MISSING, DATASET_FILE_DAMAGED
 */
export async function readIdxFile(path: string): Promise<IdxArray> {
  return (await readRawIdxFile(path)).array;
}

/** As {@link readIdxFile}, with the raw bytes that it was decoded from. */
export async function readRawIdxFile(path: string): Promise<{ raw: Uint8Array; array: IdxArray }> {
  const file = await openIfThere(path, DEFAULT_MAX_BYTES);
  if (file === undefined) {
    throw new DatasetError({
      code: 'DATASET_FILE_MISSING',
      subject: path,
      expected: 'an IDX file',
      found: 'no regular file of that name',
      advice: 'name a file that is there',
    });
  }
  try {
    const raw = await readRawIdx(file.source);
    return { raw, array: decodeIdx(raw) };
  } catch (error) {
    throw IdxError.isInstance(error) ? damagedFile(path, error) : error;
  }
}
