import type { IdxError } from '@softreg/idx';
import { DatasetError } from './errors.js';

/** What is wrong with a file's format, with the file's name. */
export function damagedFile(location: string, error: IdxError): DatasetError {
  return new DatasetError({
    code: 'DATASET_FILE_DAMAGED',
    subject: location,
    expected: error.expected,
    found: `${error.found} (at byte ${error.offset})`,
    advice: 'replace the file with a good copy',
    cause: error,
  });
}
