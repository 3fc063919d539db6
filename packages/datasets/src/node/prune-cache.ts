import { rm, rmdir } from 'node:fs/promises';
import type { DatasetEntry } from '../catalog.js';
import { type CachedFile, cachedFiles, cacheFolder, verifyCache } from './cache.js';
import { cacheFailed } from './cache-failed.js';

export interface PruneCacheOptions {
  /**
   * `partial`: what writes left that did not end and is older than a day. `damaged` (default): that, and files that fail their check.
   * `everything`: all files of the set, and what any write has left, so no download should be under way.
   */
  remove?: 'partial' | 'damaged' | 'everything';
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Removes files of a data set from the cache, and its folder if nothing is left in it. What is not ours stays.
 *
 * @returns what was removed
 * @throws DatasetError DATASET_CACHE_FAILED if the system refuses
 */
export async function pruneCache(
  entry: DatasetEntry,
  { remove = 'damaged' }: PruneCacheOptions = {},
): Promise<CachedFile[]> {
  const found = (await cachedFiles(entry)).filter(({ kind }) => kind !== 'other');
  const checks = remove === 'damaged' ? await verifyCache(entry) : [];
  const damaged = checks.filter(({ state }) => state === 'damaged').map(({ path }) => path);
  const doomed = found.filter(
    (file) =>
      remove === 'everything' ||
      damaged.includes(file.path) ||
      (file.kind === 'partial' && Date.now() - file.modified.getTime() > DAY_MS),
  );
  for (const { path } of doomed) {
    await rm(path, { force: true }).catch((error: unknown) => {
      throw cacheFailed(path, 'a file that can be removed', error);
    });
  }
  // Refused where something is left in it, which is as it should be.
  if (doomed.length > 0) await rmdir(cacheFolder(entry)).catch(() => undefined);
  return doomed;
}
