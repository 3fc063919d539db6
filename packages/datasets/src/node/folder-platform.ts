import type { DatasetEntry } from '../catalog.js';
import type { Platform } from '../fetch/fetch-files.js';
import { openConnection } from './connection.js';
import { folderStore } from './folder-store.js';

/** Does work with downloads into a folder, and closes what it opened. */
export async function withFolder<T>(
  entry: DatasetEntry,
  { folder, fetch }: { folder: string; fetch: typeof globalThis.fetch | undefined },
  work: (platform: Platform) => Promise<T>,
): Promise<T> {
  const { request, close } = openConnection(fetch);
  try {
    return await work({ store: folderStore(entry, folder), request, advice: ADVICE });
  } finally {
    await close();
  }
}

const ADVICE: Platform['advice'] = {
  unreachable: (title) =>
    `put the files of ${title} into a folder and name it with --data-dir or SOFTREG_DATA_DIR`,
  offline: 'fetch it once with a network, or name a folder with --data-dir or SOFTREG_DATA_DIR',
};
