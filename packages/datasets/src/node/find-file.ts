import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatasetError } from '../errors.js';
import { cannotRead, isMissing } from './open-file.js';

/**
 * The path of a data set's file in a folder: raw or with `.gz`, the raw one first.
 *
 * @throws DatasetError DATASET_FOLDER_MISSING, DATASET_FILE_MISSING
 */
export async function findFile(folder: string, name: string): Promise<string> {
  for (const ending of ['', '.gz']) {
    const path = join(folder, `${name}${ending}`);
    // A pipe or a device would be read without end.
    if (await stat(path).then((found) => found.isFile(), isElsewhere(path))) return path;
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
    expected: `${name} or ${name}.gz`,
    found: 'neither',
    advice: 'put the file there, or name another folder with --data-dir',
  });
}

/** False for a file that is not there; what keeps one from being looked at is told. */
function isElsewhere(path: string): (error: unknown) => false {
  return (error) => {
    if (isMissing(error)) return false;
    throw cannotRead(path, error);
  };
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
