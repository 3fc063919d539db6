import type { DatasetEntry } from '../catalog.js';
import { type Dataset, loadDataset } from '../dataset.js';
import type { FetchProgress } from '../fetch/fetch-events.js';
import type { FetchOptions } from '../fetch/fetch-files.js';
import { withKnownMd5 } from '../fetch/known-md5.js';
import { openStored } from '../fetch/open-stored.js';
import { cacheFolder } from './cache.js';
import type { FetchDatasetOptions } from './fetch-dataset.js';
import { folderFiles } from './folder.js';
import { withFolder } from './folder-platform.js';

export interface OpenDatasetOptions
  extends Omit<FetchOptions, 'verify'>,
    Pick<FetchDatasetOptions, 'fetch'> {
  /** Folder with the files, raw or gzipped. Where it is given, nothing else is tried. */
  folder?: string | undefined;
  /** Refuse files whose checksum is not the known one; default true. Downloads are checked in any case. */
  verify?: boolean;
  /** Called before a mirror is asked for a file for the first time. */
  onDownload?: (progress: FetchProgress) => void;
}

/**
 * A data set from a folder, or else from the cache, which is filled from a mirror first if need be. Files in the cache that turn out
 * to be damaged are fetched again, once.
 *
 * @throws DatasetError with the reason
 */
export async function openDataset(
  entry: DatasetEntry,
  options: OpenDatasetOptions = {},
): Promise<Dataset> {
  const { folder, verify = true, onDownload, onProgress, fetch, ...others } = options;
  if (folder !== undefined) {
    const openFile = folderFiles(folder);
    const isOriginal = (location: string) => location.endsWith('.gz');
    return loadDataset(entry, verify ? withKnownMd5(entry, openFile, isOriginal) : openFile, {
      verify,
    });
  }
  return withFolder(entry, { folder: cacheFolder(entry), fetch }, (platform) =>
    openStored(entry, platform, {
      ...others,
      verify,
      onProgress: (event) => {
        onProgress?.(event);
        if (event.phase === 'connect' && event.attempt === 1) onDownload?.(event);
      },
    }),
  );
}
