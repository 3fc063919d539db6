import { dirname } from 'node:path';
import { makeFolder, writeFileAtomic } from '@softreg/atomic-file';
import type { DatasetEntry, DatasetFile } from '../catalog.js';
import { DatasetError } from '../errors.js';
import { cacheFailed } from './cache-failed.js';
import type { FetchEvent } from './fetch-events.js';
import { DEFAULT_LIMITS, type FetchLimits } from './fetch-limits.js';
import { fromMirrors } from './from-mirrors.js';
import { checkStoredFile, pathOf, type StoredFile } from './stored-file.js';

export interface FetchDatasetOptions {
  /** Where the files go; made if it is not there. */
  folder: string;
  signal?: AbortSignal | undefined;
  onProgress?: (event: FetchEvent) => void;
  /** Open no socket: what is not there already, and good, is an error. */
  offline?: boolean;
  /** Believe only bytes that have the known checksum; default true. Without it any IDX file of no more than the known size will do. */
  verify?: boolean;
  limits?: Partial<FetchLimits>;
  /** In place of Node's own, for instance one that goes through a proxy. */
  fetch?: typeof globalThis.fetch;
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
  options: FetchDatasetOptions,
): Promise<FetchedFile[]> {
  const fetched: FetchedFile[] = [];
  for (const file of Object.values(entry.files)) {
    options.signal?.throwIfAborted();
    fetched.push(await fetchFile(entry, file, options));
  }
  return fetched;
}

async function fetchFile(
  entry: DatasetEntry,
  file: DatasetFile,
  options: FetchDatasetOptions,
): Promise<FetchedFile> {
  const { folder, signal, offline = false, verify = true } = options;
  const path = pathOf(folder, file);
  const inPlace = async () => {
    const stored = await checkStoredFile(path, file, { verify });
    const bytes = stored.state === 'good' ? stored.bytes : 0;
    return { stored, result: { file: file.name, path, bytes, mirror: undefined } };
  };
  const { stored, result } = await inPlace();
  if (stored.state === 'good') return result;
  if (offline) throw notHere(path, stored);
  const { onProgress: onEvent = () => undefined, limits, fetch = globalThis.fetch } = options;
  if (stored.state === 'damaged') {
    onEvent({ phase: 'damaged', file: file.name, path, reason: stored.reason });
  }
  const settings = { limits: { ...DEFAULT_LIMITS, ...limits }, verify, fetch, signal, onEvent };
  try {
    const { bytes, mirror } = await fromMirrors(entry, file, settings);
    await save(path, bytes);
    return { file: file.name, path, bytes: bytes.length, mirror };
  } catch (error) {
    // Another process may have had more luck.
    if (!DatasetError.isInstance(error)) throw error;
    const now = await inPlace();
    if (now.stored.state === 'good') return now.result;
    throw error;
  }
}

function notHere(path: string, stored: Exclude<StoredFile, { state: 'good' }>): DatasetError {
  return new DatasetError({
    code: 'DATASET_UNREACHABLE',
    subject: path,
    expected: 'a good copy, since nothing is downloaded offline',
    found: stored.state === 'missing' ? 'no file' : `a damaged one (${stored.reason})`,
    advice: 'fetch it once with a network, or name a folder with --data-dir or SOFTREG_DATA_DIR',
  });
}

async function save(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await makeFolder(dirname(path));
    await writeFileAtomic(path, bytes);
  } catch (error) {
    throw cacheFailed(path, 'a place to keep the download', error);
  }
}
