import type { DatasetEntry } from '../../src/index.js';
import { type FetchDatasetOptions, fetchDataset as fetchPatiently } from '../../src/node/index.js';
import { entryOf, filesOf, NAMES, PARTS } from '../synthetic-set.js';
import { type LocalMirror, localMirror, QUICK } from './local-mirror.js';

const FILES = filesOf();

/** What a mirror is asked for. */
export const PATHS = PARTS.map((part) => `/set/${NAMES[part]}.gz`);
/** What a full folder holds. */
export const ALL = PARTS.map((part) => `${NAMES[part]}.gz`).sort();

export function fetchDataset(entry: DatasetEntry, options: FetchDatasetOptions) {
  return fetchPatiently(entry, { limits: QUICK, ...options });
}

export function entryWith(...mirrors: LocalMirror[]) {
  return entryOf(
    FILES,
    mirrors.map(({ url }) => url),
  );
}

/** A mirror on a port that nobody listens on any more. */
export async function closedMirror(): Promise<LocalMirror> {
  const mirror = await localMirror();
  await mirror.close();
  return mirror;
}
