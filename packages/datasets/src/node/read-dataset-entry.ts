import { stat } from 'node:fs/promises';
import type { DatasetEntry } from '../catalog.js';
import { DatasetError } from '../errors.js';
import { openIfThere } from './open-file.js';
import { parseDatasetEntry } from './parse-dataset-entry.js';

const MOST_BYTES = 2 ** 18;

/**
 * Reads a data set's entry from a JSON file of at most 256 KiB.
 *
 * @throws DatasetError DATASET_FILE_MISSING, or as {@link parseDatasetEntry}
 */
export async function readDatasetEntry(path: string): Promise<DatasetEntry> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > MOST_BYTES) {
    throw new DatasetError({
      code: 'DATASET_FILE_DAMAGED',
      subject: path,
      expected: `a data set entry of at most ${MOST_BYTES} bytes`,
      found: `${size}`,
    });
  }
  const file = await openIfThere(path);
  if (file !== undefined) {
    return parseDatasetEntry(new TextDecoder().decode(file.source as Uint8Array), path);
  }
  throw new DatasetError({
    code: 'DATASET_FILE_MISSING',
    subject: path,
    expected: 'a data set entry in JSON',
    found: 'no regular file of that name',
  });
}
