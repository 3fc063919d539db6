import { readFile, stat } from 'node:fs/promises';
import type { OpenedFile } from '../dataset.js';
import { DatasetError } from '../errors.js';

/**
 * Reads a file, or gives undefined if there is no file of that name.
 *
 * @throws DatasetError DATASET_FILE_MISSING if it cannot be read, DATASET_FILE_DAMAGED if it is too large
 */
export async function openIfThere(
  location: string,
  maxBytes: number,
): Promise<OpenedFile | undefined> {
  try {
    // A pipe or a device would be read without end.
    if (!(await stat(location)).isFile()) return undefined;
    return { location, source: await readWhole(location, maxBytes) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    if (DatasetError.isInstance(error)) throw error;
    throw cannotRead(location, error);
  }
}

/**
 * Reads a file of at most so many bytes; a larger one is not read.
 *
 * @throws DatasetError DATASET_FILE_MISSING if it cannot be read, DATASET_FILE_DAMAGED if it is too large
 */
export async function readWhole(location: string, maxBytes: number): Promise<Uint8Array> {
  try {
    const { size } = await stat(location);
    if (size > maxBytes) throw tooLarge(location, maxBytes, size);
    return await readFile(location);
  } catch (error) {
    if (DatasetError.isInstance(error)) throw error;
    throw cannotRead(location, error);
  }
}

function tooLarge(location: string, maxBytes: number, size: number): DatasetError {
  return new DatasetError({
    code: 'DATASET_FILE_DAMAGED',
    subject: location,
    expected: `a file of at most ${maxBytes} bytes`,
    found: `one of ${size}`,
    advice: 'name the right file; images of any size are read as they are needed with --stream',
  });
}

/** The error for a file that is there, and that the system does not let us read. */
export function cannotRead(location: string, cause: unknown): DatasetError {
  return new DatasetError({
    code: 'DATASET_FILE_MISSING',
    subject: location,
    expected: 'a file that can be read',
    found: (cause as Error).message,
    advice: 'see that it may be read, or name another',
    cause,
  });
}

export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}
