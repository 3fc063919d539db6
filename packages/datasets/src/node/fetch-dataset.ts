import type { DatasetEntry } from '../catalog.js';
import { type FetchOptions, fetchFiles } from '../fetch/fetch-files.js';
import { withFolder } from './folder-platform.js';

export interface FetchDatasetOptions extends FetchOptions {
  /** Where the files go; made if it is not there. */
  folder: string;
  /** In place of Node's own, which goes through HTTPS_PROXY where that is set. */
  fetch?: typeof globalThis.fetch | undefined;
}

/** A file that is in its place now. */
export interface FetchedFile {
  /** Name without `.gz`. */
  readonly file: string;
  readonly path: string;
  /** Size of the `.gz`. */
  readonly bytes: number;
  /** Undefined if it was there already. */
  readonly mirror: string | undefined;
}

/**
 * Brings the files of a data set into a folder, gzipped as the mirrors serve them. Good ones that are there stay; the others come from
 * the first mirror that has a good copy. A file is written whole, and only after it was checked, so any number of processes may do
 * this at once.
 *
 * @throws DatasetError DATASET_UNREACHABLE with the reason of every mirror, DATASET_CACHE_FAILED if the folder cannot be written
 */
export async function fetchDataset(
  entry: DatasetEntry,
  { folder, fetch, ...options }: FetchDatasetOptions,
): Promise<FetchedFile[]> {
  return withFolder(entry, { folder, fetch }, async (platform) => {
    const fetched = await fetchFiles(entry, platform, options);
    return fetched.map(({ file, bytes, mirror }) => ({
      file: file.name,
      path: platform.store.locationOf(file),
      bytes: bytes.length,
      mirror,
    }));
  });
}
