import type { DatasetEntry } from '../catalog.js';
import { type Dataset, loadDataset, type OpenFile } from '../dataset.js';
import { DatasetError } from '../errors.js';
import { hasAll } from './cache.js';
import { type FetchOptions, fetchFiles, type Platform } from './fetch-files.js';
import { withKnownMd5 } from './known-md5.js';
import type { Store } from './store.js';

/**
 * A data set from a store, which is filled first if need be. Files that turn out to be damaged are fetched again, once.
 *
 * @throws DatasetError with the reason, or the signal's reason
 */
export async function openStored(
  entry: DatasetEntry,
  platform: Platform,
  { verify = true, ...options }: FetchOptions,
): Promise<Dataset> {
  const load = (openFile: OpenFile) =>
    loadDataset(entry, verify ? withKnownMd5(entry, openFile, () => true) : openFile, { verify });
  const { store } = platform;
  options.signal?.throwIfAborted();
  if (await hasAll(entry, store)) {
    const dataset = await load(storedFiles(entry, store)).catch((error: unknown) => {
      if (!DatasetError.isInstance(error)) throw error;
    });
    if (dataset !== undefined) return dataset;
  }
  const fetched = await fetchFiles(entry, platform, options);
  // What is loaded is what was checked: the store may keep nothing, and others may write to it.
  return load(async (name) => {
    const found = fetched.find(({ file }) => file.name === name);
    if (found === undefined) throw new RangeError(`the data set has no file ${name}`);
    return { location: store.locationOf(found.file), source: found.bytes };
  });
}

function storedFiles(entry: DatasetEntry, store: Store): OpenFile {
  return async (name) => {
    const file = Object.values(entry.files).find((candidate) => candidate.name === name);
    if (file === undefined) throw new RangeError(`the data set has no file ${name}`);
    const location = store.locationOf(file);
    const found = await store.read(file);
    if (found !== undefined && 'bytes' in found) return { location, source: found.bytes };
    throw new DatasetError({
      code: 'DATASET_FILE_MISSING',
      subject: location,
      expected: 'a file that can be read',
      found: found?.reason ?? 'no file',
    });
  };
}
