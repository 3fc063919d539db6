import { join } from 'node:path';
import envPaths from 'env-paths';
import type { DatasetEntry } from '../catalog.js';
import {
  type CacheCheck,
  hasAll,
  type PruneCacheOptions,
  pruneStore,
  verifyStore,
} from '../fetch/cache.js';
import type { CachedFile, Store } from '../fetch/store.js';
import { folderStore } from './folder-store.js';

/** Where downloads are kept, by each system's convention: `~/.cache/softreg` on Linux, where XDG_CACHE_HOME overrides. */
export function cacheFolder(entry: DatasetEntry): string {
  return join(envPaths('softreg', { suffix: '' }).cache, 'datasets', entry.name);
}

/** Whether the cache has all four files. They are not read. */
export async function isCached(entry: DatasetEntry): Promise<boolean> {
  return hasAll(entry, storeOf(entry));
}

/**
 * What the cache holds of a data set, by name; nothing where there is no cache.
 *
 * @throws DatasetError DATASET_CACHE_FAILED if the folder cannot be read
 */
export async function cachedFiles(entry: DatasetEntry): Promise<CachedFile[]> {
  return storeOf(entry).list();
}

/** Reads the four files of a data set in the cache and compares each with what is known of it. */
export async function verifyCache(entry: DatasetEntry): Promise<CacheCheck[]> {
  return verifyStore(entry, storeOf(entry));
}

/**
 * Removes files of a data set from the cache, and its folder if nothing is left in it. What is not ours stays.
 *
 * @returns what was removed
 * @throws DatasetError DATASET_CACHE_FAILED if the system refuses
 */
export async function pruneCache(
  entry: DatasetEntry,
  options: PruneCacheOptions = {},
): Promise<CachedFile[]> {
  return pruneStore(entry, storeOf(entry), options);
}

function storeOf(entry: DatasetEntry): Store {
  return folderStore(entry, cacheFolder(entry));
}
