import type { DatasetEntry } from '../catalog.js';
import type { Dataset } from '../dataset.js';
import type { FetchOptions, Platform } from '../fetch/fetch-files.js';
import { openStored } from '../fetch/open-stored.js';
import { followRequest } from './follow-request.js';
import { openStore } from './open-store.js';

export interface OpenDatasetOptions extends Omit<FetchOptions, 'verify'> {
  /** Refuse files whose checksum is not the known one; default true. Downloads are checked in any case. */
  verify?: boolean | undefined;
  /**
   * Folders to ask in place of the entry's own, in turn: absolute, or relative to the page. In a worker they are relative to its script,
   * so give absolute ones there.
   */
  mirrors?: readonly string[] | undefined;
  /** In place of the browser's own. */
  fetch?: typeof globalThis.fetch | undefined;
}

/**
 * A data set from what the browser keeps for this origin, which is filled from a mirror first if need be. Kept files that turn out to be
 * damaged are fetched again, once. Where the browser keeps nothing, an event says so and the data set is opened all the same.
 *
 * @throws DatasetError DATASET_UNREACHABLE with the reason of every mirror, or as {@link loadDataset}; TypeError for a mirror that is no
 * address; the signal's reason
 */
export async function openDataset(
  entry: DatasetEntry,
  options: OpenDatasetOptions = {},
): Promise<Dataset> {
  const { mirrors, fetch = globalThis.fetch.bind(globalThis), ...others } = options;
  const base = baseAddress();
  const asked = mirrors?.map((mirror) => folderAt(mirror, base)) ?? entry.mirrors;
  const platform = {
    store: await openStore(entry),
    request: followRequest(fetch, globalThis.location.origin),
    advice: ADVICE,
  };
  return openStored({ ...entry, mirrors: asked }, platform, others);
}

/** Of the page, which may name another than its own with `<base>`, or of the worker's script. */
function baseAddress(): string {
  const { document } = globalThis as { document?: { readonly baseURI: string } };
  return document?.baseURI ?? globalThis.location.href;
}

function folderAt(mirror: string, base: string): string {
  return new URL(mirror.endsWith('/') ? mirror : `${mirror}/`, base).href;
}

const ADVICE: Platform['advice'] = {
  unreachable: (title) => `try again later, or give the files of ${title} themselves`,
  offline: 'fetch it once with a network, or give the files themselves',
};
