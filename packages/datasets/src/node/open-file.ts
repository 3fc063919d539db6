import { readFile, stat } from 'node:fs/promises';
import type { OpenedFile } from '../dataset.js';
import { DatasetError } from '../errors.js';

/**
 * Reads a file, or gives undefined if there is no file of that name.
 *
 * @throws DatasetError DATASET_FILE_MISSING if it cannot be read
 */
export async function openIfThere(location: string): Promise<OpenedFile | undefined> {
  try {
    // A pipe or a device would be read without end.
    if (!(await stat(location)).isFile()) return undefined;
    return { location, source: await readFile(location) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new DatasetError({
      code: 'DATASET_FILE_MISSING',
      subject: location,
      expected: 'a file that can be read',
      found: (error as Error).message,
      cause: error,
    });
  }
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}
