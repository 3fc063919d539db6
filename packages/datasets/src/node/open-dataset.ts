import type { DatasetEntry } from '../catalog.js';
import { type Dataset, loadDataset, type OpenFile } from '../dataset.js';
import { DatasetError } from '../errors.js';
import { cacheFolder, isCached } from './cache.js';
import { type FetchDatasetOptions, fetchDataset } from './fetch-dataset.js';
import type { FetchEvent, FetchProgress } from './fetch-events.js';
import { md5Fault } from './file-fault.js';
import { folderFiles, gzippedFiles } from './folder.js';

export interface OpenDatasetOptions
  extends Pick<FetchDatasetOptions, 'signal' | 'offline' | 'limits' | 'fetch'> {
  /** Folder with the files, raw or gzipped. Where it is given, nothing else is tried. */
  folder?: string | undefined;
  /** Refuse files whose checksum is not the known one; default true. Downloads are checked in any case. */
  verify?: boolean;
  /** Called before a mirror is asked for a file for the first time. */
  onDownload?: (progress: FetchProgress) => void;
  /** Called for all that happens while the cache is filled. */
  onProgress?: (event: FetchEvent) => void;
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
  const { folder, verify = true, onDownload, onProgress, ...download } = options;
  const load = (openFile: OpenFile) =>
    loadDataset(entry, verify ? withKnownMd5(entry, openFile) : openFile, { verify });
  if (folder !== undefined) return load(folderFiles(folder));
  const cache = cacheFolder(entry);
  if (await isCached(entry)) {
    const dataset = await load(gzippedFiles(cache)).catch((error: unknown) => {
      if (!DatasetError.isInstance(error)) throw error;
    });
    if (dataset !== undefined) return dataset;
  }
  await fetchDataset(entry, {
    ...download,
    folder: cache,
    onProgress: (event) => {
      onProgress?.(event);
      if (event.phase === 'connect' && event.attempt === 1) onDownload?.(event);
    },
  });
  return load(gzippedFiles(cache));
}

/** Files of which no SHA-256 is known are checked by the MD5 of their `.gz`, where they come with it. */
function withKnownMd5(entry: DatasetEntry, openFile: OpenFile): OpenFile {
  return async (name) => {
    const opened = await openFile(name);
    const file = Object.values(entry.files).find((candidate) => candidate.name === name);
    const { location, source } = opened;
    if (file === undefined || !(source instanceof Uint8Array) || !location.endsWith('.gz')) {
      return opened;
    }
    const fault = md5Fault(source, file);
    if (fault === undefined) return opened;
    throw new DatasetError({
      code: 'DATASET_WRONG_CHECKSUM',
      subject: location,
      expected: `${fault.expected}, that of ${entry.title}`,
      found: fault.found,
      advice: 'replace the file, or accept it as it is with --no-verify',
    });
  };
}
