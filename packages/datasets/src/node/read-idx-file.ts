import { type IdxArray, IdxError, readIdx } from '@softreg/idx';
import { damagedFile } from '../damaged-file.js';
import { DatasetError } from '../errors.js';
import { openIfThere } from './open-file.js';

/**
 * Reads one IDX file, gzipped or raw.
 *
 * @throws DatasetError DATASET_FILE_MISSING, DATASET_FILE_DAMAGED
 */
export async function readIdxFile(path: string): Promise<IdxArray> {
  const file = await openIfThere(path);
  if (file === undefined) {
    throw new DatasetError({
      code: 'DATASET_FILE_MISSING',
      subject: path,
      expected: 'an IDX file',
      found: 'no regular file of that name',
    });
  }
  return readIdx(file.source).catch((error: unknown) => {
    throw IdxError.isInstance(error) ? damagedFile(path, error) : error;
  });
}
