import type { DatasetEntry } from '../catalog.js';
import {
  type CacheCheck,
  hasAll,
  type PruneCacheOptions,
  pruneStore,
  verifyStore,
} from '../fetch/cache.js';
import type { CachedFile } from '../fetch/store.js';
import { openStore } from './open-store.js';

/** Whether the browser has kept all four files. They are not read. */
export async function isCached(entry: DatasetEntry): Promise<boolean> {
  return hasAll(entry, await openStore(entry));
}

/** What the browser keeps of a data set for pages of this origin, by name. */
export async function cachedFiles(entry: DatasetEntry): Promise<CachedFile[]> {
  return (await openStore(entry)).list();
}

/** Reads the four files of a data set that the browser keeps and compares each with what is known of it. */
export async function verifyCache(entry: DatasetEntry): Promise<CacheCheck[]> {
  return verifyStore(entry, await openStore(entry));
}

/**
 * Removes files of a data set that the browser keeps. What is not ours stays.
 *
 * @returns what was removed
 * @throws DatasetError DATASET_CACHE_FAILED if the browser refuses, as while another tab writes the file
 */
export async function pruneCache(
  entry: DatasetEntry,
  options: PruneCacheOptions = {},
): Promise<CachedFile[]> {
  return pruneStore(entry, await openStore(entry), options);
}
