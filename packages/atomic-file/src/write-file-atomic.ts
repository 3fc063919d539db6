import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import {
  type FileSystem,
  NODE_FILE_SYSTEM,
  type OpenedFile,
  type WriteOptions,
} from './file-system.js';

/**
 * Writes a file whole or not at all. Whatever goes wrong (a full disk, a kill, a power cut) leaves the old file or the new one:
 * the bytes go into a temporary file in the same folder, are flushed to the disk, and are renamed over the old name; then the
 * folder is flushed. The folder must exist.
 *
 * @throws the system's error (`code` ENOENT, EACCES, ENOSPC, ...); the temporary file is gone and the old file as it was, unless
 * it was the flush of the folder that failed: then the new file is there, but may not survive a power cut
 */
export async function writeFileAtomic(
  path: string,
  bytes: Uint8Array,
  { fileSystem = NODE_FILE_SYSTEM }: WriteOptions = {},
): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  const file = await fileSystem.open(temporary, 'wx');
  try {
    try {
      await writeAll(file, bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await fileSystem.rename(temporary, path);
  } catch (error) {
    await fileSystem.rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder, fileSystem);
}

/** On a full disk a write can take fewer bytes than it was given and say nothing: the next one then fails with ENOSPC. */
async function writeAll(file: OpenedFile, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written);
    if (bytesWritten === 0) throw new Error(`nothing was written after ${written} bytes`);
    written += bytesWritten;
  }
}

/** What network file systems and folders that may not be listed answer; the rename is done by then, and none of it is a fault. */
const NO_FOLDER_FLUSH = ['EACCES', 'EINVAL', 'ENOSYS', 'ENOTSUP', 'EPERM'];

/** Without this a rename may not survive a power cut. Windows cannot open a folder, and needs no such flush. */
async function syncFolder(folder: string, fileSystem: FileSystem): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const handle = await fileSystem.open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!NO_FOLDER_FLUSH.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
