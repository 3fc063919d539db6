import type { OpenFile } from '../dataset.js';
import { findFile } from './find-file.js';
import { readWhole } from './open-file.js';

/** A file of that size is read whatever it should be, and what is wrong with it told. */
const HARMLESS = 2 ** 26;

/**
 * Opens a data set's files in a folder: each raw or with `.gz`, the raw one first.
 *
 * @throws DatasetError DATASET_FOLDER_MISSING, DATASET_FILE_MISSING, DATASET_FILE_DAMAGED if it is too large
 */
export function folderFiles(folder: string): OpenFile {
  return async (name, maxBytes) => {
    const location = await findFile(folder, name);
    return { location, source: await readWhole(location, Math.max(maxBytes, HARMLESS)) };
  };
}
