import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import envPaths from 'env-paths';
import type { DatasetEntry } from '../catalog.js';

/** Where downloads are kept, by each system's convention: `~/.cache/softreg` on Linux, where XDG_CACHE_HOME overrides. */
export function cacheFolder(entry: DatasetEntry): string {
  return join(envPaths('softreg', { suffix: '' }).cache, 'datasets', entry.name);
}

/** Whether the cache has all four files. */
export async function isCached(entry: DatasetEntry): Promise<boolean> {
  const found = await Promise.all(
    Object.values(entry.files).map(({ name }) =>
      stat(join(cacheFolder(entry), `${name}.gz`)).then(
        (file) => file.isFile(),
        () => false,
      ),
    ),
  );
  return found.every(Boolean);
}
