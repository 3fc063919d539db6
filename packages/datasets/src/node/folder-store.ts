import { lstat, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, writeFileAtomic } from '@softreg/atomic-file';
import type { DatasetEntry, DatasetFile } from '../catalog.js';
import { DatasetError } from '../errors.js';
import { cacheFailed } from '../fetch/cache-failed.js';
import { tooLarge } from '../fetch/file-fault.js';
import type { CachedFile, Store, StoredBytes } from '../fetch/store.js';
import { openIfThere } from './open-file.js';

/** A folder in which the files of a data set are kept with `.gz`. */
export function folderStore(entry: DatasetEntry, folder: string): Store {
  const locationOf = (file: DatasetFile) => join(folder, `${file.name}.gz`);
  return {
    locationOf,
    has: (file) => isRegularFile(locationOf(file)),
    read: (file) => readFileOf(locationOf(file), file),
    async save(file, bytes) {
      const path = locationOf(file);
      try {
        await makeFolder(folder);
        await writeFileAtomic(path, bytes);
      } catch (error) {
        throw cacheFailed(path, 'a place to keep the download', error);
      }
      return undefined;
    },
    list: () => listFolder(entry, folder),
    async remove(files) {
      for (const { path } of files) {
        await rm(path, { force: true }).catch((error: unknown) => {
          throw cacheFailed(path, 'a file that can be removed', error);
        });
      }
      // Refused where something is left in it, which is as it should be.
      await rmdir(folder).catch(() => undefined);
    },
  };
}

async function isRegularFile(path: string): Promise<boolean> {
  return stat(path).then(
    (there) => there.isFile(),
    () => false,
  );
}

async function readFileOf(path: string, file: DatasetFile): Promise<StoredBytes> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (!found.isFile()) return { reason: 'expected a file, found something else' };
  const reason = tooLarge(file, found.size);
  if (reason !== undefined) return { reason };
  try {
    const opened = await openIfThere(path, found.size);
    return opened && { bytes: opened.source as Uint8Array };
  } catch (error) {
    if (!DatasetError.isInstance(error)) throw error;
    return { reason: error.found };
  }
}

async function listFolder(entry: DatasetEntry, folder: string): Promise<CachedFile[]> {
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

/** What `writeFileAtomic` calls the file that it writes first: `.NAME.xxxxxxxxxxxx.tmp`. */
function kindOf(entry: DatasetEntry, name: string): CachedFile['kind'] {
  const ours = Object.values(entry.files).map((file) => `${file.name}.gz`);
  if (ours.includes(name)) return 'file';
  const [, written] = /^\.(.+)\.[0-9a-f]{12}\.tmp$/.exec(name) ?? [];
  return written !== undefined && ours.includes(written) ? 'partial' : 'other';
}
