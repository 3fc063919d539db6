import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import envPaths from 'env-paths';
import type { DatasetEntry } from '../catalog.js';
import { cacheFailed } from './cache-failed.js';
import { checkStoredFile, pathOf, type StoredFile } from './stored-file.js';

/** Where downloads are kept, by each system's convention: `~/.cache/softreg` on Linux, where XDG_CACHE_HOME overrides. */
export function cacheFolder(entry: DatasetEntry): string {
  return join(envPaths('softreg', { suffix: '' }).cache, 'datasets', entry.name);
}

/** Whether the cache has all four files. They are not read. */
export async function isCached(entry: DatasetEntry): Promise<boolean> {
  const found = await Promise.all(
    Object.values(entry.files).map((file) =>
      stat(pathOf(cacheFolder(entry), file)).then(
        (there) => there.isFile(),
        () => false,
      ),
    ),
  );
  return found.every(Boolean);
}

/** Something in the cache folder of a data set. */
export interface CachedFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly modified: Date;
  /** A file of the set, what a write left that did not end, or something that is not ours. */
  readonly kind: 'file' | 'partial' | 'other';
}

/**
 * What the cache holds of a data set, by name; nothing where there is no cache.
 *
 * @throws DatasetError DATASET_CACHE_FAILED if the folder cannot be read
 */
export async function cachedFiles(entry: DatasetEntry): Promise<CachedFile[]> {
  const folder = cacheFolder(entry);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw cacheFailed(folder, 'a folder that can be read', error);
  });
  const found = names.sort().map(async (name): Promise<CachedFile[]> => {
    const path = join(folder, name);
    const there = await lstat(path).catch(() => undefined);
    if (there === undefined) return [];
    const kind = there.isDirectory() ? 'other' : kindOf(entry, name);
    return [{ name, path, bytes: there.size, modified: there.mtime, kind }];
  });
  return (await Promise.all(found)).flat();
}

/** A file of a data set as the cache has it. */
export type CacheCheck = StoredFile & { readonly file: string; readonly path: string };

/** Reads the four files of a data set in the cache and compares each with what is known of it. */
export async function verifyCache(entry: DatasetEntry): Promise<CacheCheck[]> {
  const checks: CacheCheck[] = [];
  for (const file of Object.values(entry.files)) {
    const path = pathOf(cacheFolder(entry), file);
    checks.push({
      file: file.name,
      path,
      ...(await checkStoredFile(path, file, { verify: true })),
    });
  }
  return checks;
}

/** What `writeFileAtomic` calls the file that it writes first: `.NAME.xxxxxxxxxxxx.tmp`. */
function kindOf(entry: DatasetEntry, name: string): CachedFile['kind'] {
  const ours = Object.values(entry.files).map((file) => `${file.name}.gz`);
  if (ours.includes(name)) return 'file';
  const [, written] = /^\.(.+)\.[0-9a-f]{12}\.tmp$/.exec(name) ?? [];
  return written !== undefined && ours.includes(written) ? 'partial' : 'other';
}
