import type { DatasetEntry } from '../catalog.js';
import type { Store } from '../fetch/store.js';
import { cacheStorageStore, openCache } from './cache-storage-store.js';
import { opfsStore } from './opfs-store.js';

/** The origin private file system, or else Cache Storage, or else nothing: what the browser has for this page. */
export async function openStore(entry: DatasetEntry): Promise<Store> {
  const root = await openFileSystem();
  if (root !== undefined) return opfsStore(entry, root);
  const cache = await openCache();
  return cache === undefined ? noStore() : cacheStorageStore(entry, cache);
}

/** Refused in private windows of some browsers, in frames of other sites, and over http. Older ones cannot write to it from a page. */
async function openFileSystem(): Promise<FileSystemDirectoryHandle | undefined> {
  if (globalThis.FileSystemFileHandle?.prototype.createWritable === undefined) return undefined;
  try {
    return await globalThis.navigator.storage.getDirectory();
  } catch {
    return undefined;
  }
}

function noStore(): Store {
  return {
    locationOf: (file) => `${file.name}.gz`,
    has: async () => false,
    read: async () => undefined,
    save: async () => 'the browser lets this page keep no files',
    list: async () => [],
    remove: async () => undefined,
  };
}
