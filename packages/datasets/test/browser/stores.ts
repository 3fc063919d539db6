import { vi } from 'vitest';
import type { DatasetEntry, DatasetFile } from '../../src/index.js';

const CACHE = 'softreg-datasets';

/** Where a page can keep downloads, and how a test makes sure that they are kept there. */
export const STORES: [string, () => void][] = [
  ['the origin private file system', () => undefined],
  ['Cache Storage', denyFileSystem],
];

export function denyFileSystem(): void {
  vi.spyOn(navigator.storage, 'getDirectory').mockRejectedValue(
    new DOMException('Security error when calling GetDirectory', 'SecurityError'),
  );
}

async function folderOf(entry: DatasetEntry): Promise<FileSystemDirectoryHandle | undefined> {
  try {
    let folder = await navigator.storage.getDirectory();
    for (const name of ['softreg', 'datasets', entry.name]) {
      folder = await folder.getDirectoryHandle(name, { create: true });
    }
    return folder;
  } catch {
    return undefined;
  }
}

function keyOf(entry: DatasetEntry, name: string): string {
  return `https://softreg.invalid/datasets/${entry.name}/${name}`;
}

/** What the browser has under a file's name, read without the package. */
export async function keptBytes(
  entry: DatasetEntry,
  file: DatasetFile,
): Promise<Uint8Array | undefined> {
  const name = `${file.name}.gz`;
  const folder = await folderOf(entry);
  if (folder !== undefined) {
    const kept = await (await folder.getFileHandle(name)).getFile();
    return new Uint8Array(await kept.arrayBuffer());
  }
  const kept = await (await caches.open(CACHE)).match(keyOf(entry, name));
  return kept && new Uint8Array(await kept.arrayBuffer());
}

/** Puts something into the place where downloads are kept. */
export async function put(entry: DatasetEntry, name: string, bytes: Uint8Array): Promise<void> {
  const folder = await folderOf(entry);
  if (folder === undefined) {
    await (await caches.open(CACHE)).put(keyOf(entry, name), new Response(bytes as BufferSource));
    return;
  }
  const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
  await writable.write(bytes as BufferSource);
  await writable.close();
}

/** Replaces what is kept of a file by what the change makes of it. */
export async function spoil(
  entry: DatasetEntry,
  file: DatasetFile,
  change: (bytes: Uint8Array) => Uint8Array,
): Promise<void> {
  await put(entry, `${file.name}.gz`, change((await keptBytes(entry, file)) as Uint8Array));
}
