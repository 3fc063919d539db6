import type { DatasetEntry, DatasetFile } from '../catalog.js';
import { DatasetError } from '../errors.js';
import type { FetchEvent } from './fetch-events.js';
import { DEFAULT_LIMITS, type FetchLimits } from './fetch-limits.js';
import { fromMirrors } from './from-mirrors.js';
import type { Request } from './request.js';
import type { Store } from './store.js';
import { checkStoredFile, type StoredFile } from './stored-file.js';

/** What a caller may say about downloads, wherever they are made. */
export interface FetchOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((event: FetchEvent) => void) | undefined;
  /** Open no socket: what is not there already, and good, is an error. */
  offline?: boolean | undefined;
  /** Believe only bytes that have the known checksum; default true. Without it any IDX file of no more than the known size will do. */
  verify?: boolean | undefined;
  limits?: Partial<FetchLimits> | undefined;
}

/** What differs between Node and a page. */
export interface Platform {
  readonly store: Store;
  readonly request: Request;
  /** How a user can get the files in, if no mirror gives them. */
  readonly advice: { unreachable(title: string): string; readonly offline: string };
}

/** A file that is good, as it is kept. */
export interface FetchedBytes {
  readonly file: DatasetFile;
  /** The `.gz`. */
  readonly bytes: Uint8Array;
  /** Undefined if it was there already. */
  readonly mirror: string | undefined;
}

/**
 * Brings the files of a data set into a store. Good ones that are there stay; the others come from the first mirror that has a good
 * copy.
 *
 * @throws DatasetError DATASET_UNREACHABLE with the reason of every mirror, DATASET_CACHE_FAILED, or the signal's reason
 */
export async function fetchFiles(
  entry: DatasetEntry,
  platform: Platform,
  options: FetchOptions,
): Promise<FetchedBytes[]> {
  const fetched: FetchedBytes[] = [];
  for (const file of Object.values(entry.files)) {
    options.signal?.throwIfAborted();
    fetched.push(await fetchFile(entry, file, platform, options));
  }
  return fetched;
}

async function fetchFile(
  entry: DatasetEntry,
  file: DatasetFile,
  { store, request, advice }: Platform,
  options: FetchOptions,
): Promise<FetchedBytes> {
  const { signal, offline = false, verify = true, limits } = options;
  const inPlace = () => checkStoredFile(store, file, { verify });
  const { stored, bytes: kept } = await inPlace();
  if (kept !== undefined) return { file, bytes: kept, mirror: undefined };
  const path = store.locationOf(file);
  if (offline) throw notHere(path, stored, advice.offline);
  const onEvent = options.onProgress ?? (() => undefined);
  if (stored.state === 'damaged') {
    onEvent({ phase: 'damaged', file: file.name, path, reason: stored.reason });
  }
  const settings = { limits: { ...DEFAULT_LIMITS, ...limits }, verify, request, signal, onEvent };
  try {
    const { bytes, mirror } = await fromMirrors(
      entry,
      file,
      advice.unreachable(entry.title),
      settings,
    );
    const reason = await store.save(file, bytes);
    if (reason !== undefined) onEvent({ phase: 'unkept', file: file.name, reason });
    return { file, bytes, mirror };
  } catch (error) {
    // Somebody else, who uses the same store, may have had more luck.
    if (!DatasetError.isInstance(error)) throw error;
    const now = await inPlace();
    if (now.bytes !== undefined) return { file, bytes: now.bytes, mirror: undefined };
    throw error;
  }
}

function notHere(path: string, stored: StoredFile, advice: string): DatasetError {
  return new DatasetError({
    code: 'DATASET_UNREACHABLE',
    subject: path,
    expected: 'a good copy, since nothing is downloaded offline',
    found: stored.state === 'damaged' ? `a damaged one (${stored.reason})` : 'no file',
    advice,
  });
}
