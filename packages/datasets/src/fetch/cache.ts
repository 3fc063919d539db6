import type { DatasetEntry } from '../catalog.js';
import type { CachedFile, Store } from './store.js';
import { checkStoredFile, type StoredFile } from './stored-file.js';

/** A file of a data set as the cache has it. */
export type CacheCheck = StoredFile & { readonly file: string; readonly path: string };

export interface PruneCacheOptions {
  /**
   * `partial`: what writes left that did not end and is older than a day. `damaged` (default): that, and files that fail their check.
   * `everything`: all files of the set, and what any write has left, so no download should be under way.
   */
  remove?: 'partial' | 'damaged' | 'everything';
  /** Only tell what would be removed; default false. */
  dryRun?: boolean;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Whether all four files are kept. They are not read. */
export async function hasAll(entry: DatasetEntry, store: Store): Promise<boolean> {
  const found = await Promise.all(Object.values(entry.files).map((file) => store.has(file)));
  return found.every(Boolean);
}

/** Reads the four files of a data set and compares each with what is known of it. */
export async function verifyStore(entry: DatasetEntry, store: Store): Promise<CacheCheck[]> {
  const checks: CacheCheck[] = [];
  for (const file of Object.values(entry.files)) {
    const { stored } = await checkStoredFile(store, file, { verify: true });
    checks.push({ file: file.name, path: store.locationOf(file), ...stored });
  }
  return checks;
}

/** Removes what the options say, and gives what was removed. What is not ours stays. */
export async function pruneStore(
  entry: DatasetEntry,
  store: Store,
  { remove = 'damaged', dryRun = false }: PruneCacheOptions,
): Promise<CachedFile[]> {
  const found = (await store.list()).filter(({ kind }) => kind !== 'other');
  const checks = remove === 'damaged' ? await verifyStore(entry, store) : [];
  const damaged = checks.filter(({ state }) => state === 'damaged').map(({ path }) => path);
  const doomed = found.filter(
    (file) =>
      remove === 'everything' ||
      damaged.includes(file.path) ||
      (file.kind === 'partial' && Date.now() - file.modified.getTime() > DAY_MS),
  );
  if (doomed.length > 0 && !dryRun) await store.remove(doomed);
  return doomed;
}
