import { DatasetError } from './errors.js';

/** The error for a file that is well formed but is not the one that is known. */
export function wrongChecksum(subject: string, expected: string, found: string): DatasetError {
  return new DatasetError({
    code: 'DATASET_WRONG_CHECKSUM',
    subject,
    expected,
    found,
    advice: 'replace the file, or accept it as it is with verify: false (--no-verify)',
  });
}
