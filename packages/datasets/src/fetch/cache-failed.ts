import { DatasetError } from '../errors.js';

/** The error for a place in the cache that the system refuses. */
export function cacheFailed(path: string, expected: string, cause: unknown): DatasetError {
  return new DatasetError({
    code: 'DATASET_CACHE_FAILED',
    subject: path,
    expected,
    found: (cause as Error).message,
    cause,
  });
}
