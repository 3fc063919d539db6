import type { DatasetEntry, DatasetFile } from '../catalog.js';
import { cacheFailed } from '../fetch/cache-failed.js';
import { tooLarge } from '../fetch/file-fault.js';
import type { CachedFile, Store, StoredBytes } from '../fetch/store.js';

/**
 * Files in the origin private file system. What is written shows only when it is closed, whole: a tab that dies before leaves the old
 * file, or an empty one where there was none, which is taken for none.
 */
export function opfsStore(entry: DatasetEntry, root: FileSystemDirectoryHandle): Store {
  const path = ['softreg', 'datasets', entry.name];
  const nameOf = (file: DatasetFile) => `${file.name}.gz`;
  const locate = (name: string) => `opfs:${[...path, name].join('/')}`;
  return {
    locationOf: (file) => locate(nameOf(file)),
    has: async (file) => (await fileAt(await folderAt(root, path), nameOf(file))) !== undefined,
    read: async (file) =>
      readAgain(async () => fileAt(await folderAt(root, path), nameOf(file)), file),
    async save(file, bytes) {
      try {
        const folder = await makeFolder(root, path);
        const handle = await folder.getFileHandle(nameOf(file), { create: true });
        const writable = await handle.createWritable();
        try {
          await writable.write(bytes as BufferSource);
        } catch (error) {
          await writable.abort();
          throw error;
        }
        await writable.close();
        return undefined;
      } catch (error) {
        return String(error);
      }
    },
    async list() {
      const found: CachedFile[] = [];
      const folder = await folderAt(root, path);
      for await (const [name, handle] of folder?.entries() ?? []) {
        const file = handle.kind === 'file' ? await contentOf(handle) : undefined;
        const kind = file === undefined ? 'other' : kindOf(entry, name, file.size);
        const modified = new Date(file?.lastModified ?? 0);
        found.push({ name, path: locate(name), bytes: file?.size ?? 0, modified, kind });
      }
      return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async remove(files) {
      const folder = await folderAt(root, path);
      for (const { name, path: location } of files) {
        await folder?.removeEntry(name).catch((error: unknown) => {
          if (isMissing(error)) return;
          throw cacheFailed(location, 'a file that can be removed', error);
        });
      }
      const parent = await folderAt(root, path.slice(0, -1));
      // Refused where something is left in it, which is as it should be.
      await parent?.removeEntry(entry.name).catch(() => undefined);
    },
  };
}

async function folderAt(
  root: FileSystemDirectoryHandle,
  path: readonly string[],
): Promise<FileSystemDirectoryHandle | undefined> {
  let folder: FileSystemDirectoryHandle | undefined = root;
  for (const name of path) {
    folder = await folder?.getDirectoryHandle(name).catch(() => undefined);
  }
  return folder;
}

async function makeFolder(root: FileSystemDirectoryHandle, path: readonly string[]) {
  let folder = root;
  for (const name of path) folder = await folder.getDirectoryHandle(name, { create: true });
  return folder;
}

/** The file of that name as it is now, unless it is missing or empty. */
async function fileAt(
  folder: FileSystemDirectoryHandle | undefined,
  name: string,
): Promise<File | undefined> {
  const handle = await folder?.getFileHandle(name).catch(() => undefined);
  const file = handle && (await contentOf(handle));
  return file?.size === 0 ? undefined : file;
}

/** Undefined if it went away meanwhile. */
async function contentOf(handle: FileSystemHandle): Promise<File | undefined> {
  return (handle as FileSystemFileHandle).getFile().catch(() => undefined);
}

/** A file that another tab replaces while it is read cannot be read to its end: the new one can. */
async function readAgain(
  open: () => Promise<File | undefined>,
  known: DatasetFile,
): Promise<StoredBytes> {
  for (let turn = 1; ; turn += 1) {
    const file = await open();
    if (file === undefined) return undefined;
    const reason = tooLarge(known, file.size);
    if (reason !== undefined) return { reason };
    try {
      return { bytes: new Uint8Array(await file.arrayBuffer()) };
    } catch (error) {
      if (turn === 3) return { reason: String(error) };
    }
  }
}

/** What is being written is called `NAME.crswap` or `NAME.1.crswap` in Chromium, beside a file that is empty if it is new. */
function kindOf(entry: DatasetEntry, name: string, bytes: number): CachedFile['kind'] {
  const ours = Object.values(entry.files).map((file) => `${file.name}.gz`);
  if (ours.includes(name)) return bytes === 0 ? 'partial' : 'file';
  return ours.includes(name.replace(/(\.\d+)?\.crswap$/, '')) ? 'partial' : 'other';
}

function isMissing(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotFoundError';
}
