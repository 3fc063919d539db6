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
  const file = await openIfThere(path, MOST_BYTES);
  if (file !== undefined) {
    return parseDatasetEntry(new TextDecoder().decode(file.source as Uint8Array), path);
  }
  throw new DatasetError({
    code: 'DATASET_FILE_MISSING',
    subject: path,
    expected: 'a data set entry in JSON',
    found: 'no regular file of that name',
    advice: 'name the file that describes the data set',
  });
}
