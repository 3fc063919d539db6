import type { DatasetEntry } from '../catalog.js';
import { type Dataset, loadDataset } from '../dataset.js';
import { cacheFolder, isCached } from './cache.js';
import { type FetchProgress, fetchDataset } from './fetch-dataset.js';
import { folderFiles } from './folder.js';

export interface OpenDatasetOptions {
  /** Folder with the files, raw or gzipped. Where it is given, nothing else is tried. */
  folder?: string | undefined;
  /** Refuse files whose SHA-256 is not the known one; default true. */
  verify?: boolean;
  signal?: AbortSignal;
  onDownload?: (progress: FetchProgress) => void;
}

/**
 * A data set from a folder, or else from the cache, which is filled from a mirror first if need be.
 *
 * @throws DatasetError with the reason
 */
export async function openDataset(
  entry: DatasetEntry,
  { folder, verify = true, signal, onDownload }: OpenDatasetOptions = {},
): Promise<Dataset> {
  if (folder !== undefined) return loadDataset(entry, folderFiles(folder), { verify });
  const cache = cacheFolder(entry);
  if (!(await isCached(entry))) {
    await fetchDataset(entry, {
      folder: cache,
      ...(signal && { signal }),
      ...(onDownload && { onProgress: onDownload }),
    });
  }
  return loadDataset(entry, folderFiles(cache), { verify });
}
