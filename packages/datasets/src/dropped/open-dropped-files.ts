import type { DatasetEntry } from '../catalog.js';
import { type Dataset, loadDataset, type OpenFile, SIZE_ALLOWANCE } from '../dataset.js';
import { withKnownMd5 } from '../fetch/known-md5.js';
import { bytesOf, type DroppedFile, isGzip } from './dropped-file.js';
import { PARTS } from './part-of-name.js';
import { sortFiles } from './sort-files.js';

export interface OpenDroppedFilesOptions {
  /** Refuse files whose checksum is not the known one; default true. */
  verify?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * A data set from its four files as a user drops or picks them: in any order, raw or gzipped, told by their names in most spellings, or
 * else by what is in them. They are checked as {@link loadDataset} does.
 *
 * @throws DatasetError naming the file: DATASET_FILE_MISSING for one of the four that is not there and for a folder, DATASET_FILE_TWICE,
 * DATASET_FILE_DAMAGED for one that is empty, too large or no IDX file, or as {@link loadDataset}; the signal's reason
 */
export async function openDroppedFiles(
  entry: DatasetEntry,
  files: Iterable<DroppedFile>,
  { verify = true, signal }: OpenDroppedFilesOptions = {},
): Promise<Dataset> {
  signal?.throwIfAborted();
  const sizes = PARTS.map((part) => entry.files[part].bytes);
  const sorted = await sortFiles(entry, [...files], SIZE_ALLOWANCE * Math.max(...sizes));
  const openFile: OpenFile = async (name) => {
    signal?.throwIfAborted();
    const part = PARTS.find((candidate) => entry.files[candidate].name === name);
    if (part === undefined) throw new RangeError(`the data set has no file ${name}`);
    const file = sorted[part];
    const most = SIZE_ALLOWANCE * entry.files[part].bytes;
    return { location: file.name, source: await bytesOf(file, most) };
  };
  const isOriginal = (_: string, bytes: Uint8Array) => isGzip(bytes);
  return loadDataset(entry, verify ? withKnownMd5(entry, openFile, isOriginal) : openFile, {
    verify,
  });
}
