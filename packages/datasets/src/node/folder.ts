import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenFile } from '../dataset.js';
import { DatasetError } from '../errors.js';
import { openIfThere } from './open-file.js';

/**
 * Opens a data set's files in a folder: each raw or with `.gz`, the raw one first.
 *
 * @throws DatasetError DATASET_FOLDER_MISSING, DATASET_FILE_MISSING
 */
export function folderFiles(folder: string): OpenFile {
  return filesNamed(folder, ['', '.gz']);
}

/** The same, but of the names with `.gz` alone: what the cache has. */
export function gzippedFiles(folder: string): OpenFile {
  return filesNamed(folder, ['.gz']);
}

function filesNamed(folder: string, endings: readonly string[]): OpenFile {
  return async (name) => {
    for (const ending of endings) {
      const location = join(folder, `${name}${ending}`);
      const file = await openIfThere(location);
      if (file !== undefined) return file;
    }
    if (!(await isFolder(folder))) {
      throw new DatasetError({
        code: 'DATASET_FOLDER_MISSING',
        subject: folder,
        expected: 'a folder with the IDX files of the data set',
        found: 'no such folder',
        advice: 'name another with --data-dir',
      });
    }
    throw new DatasetError({
      code: 'DATASET_FILE_MISSING',
      subject: folder,
      expected: endings.map((ending) => `${name}${ending}`).join(' or '),
      found: endings.length === 1 ? 'no such file' : 'neither',
      advice: 'put the file there, or name another folder with --data-dir',
    });
  };
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
