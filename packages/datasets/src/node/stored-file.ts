import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetFile } from '../catalog.js';
import { DatasetError } from '../errors.js';
import { checkFile, mostGzippedBytes } from './file-fault.js';
import { openIfThere } from './open-file.js';

/** What a folder has in the place of a file. */
export type StoredFile =
  | {
      readonly state: 'good';
      readonly bytes: number /** Of the raw bytes. */;
      readonly sha256: string;
    }
  | { readonly state: 'missing' }
  | { readonly state: 'damaged'; readonly reason: string };

/** Where downloads of a file are kept. */
export function pathOf(folder: string, file: DatasetFile): string {
  return join(folder, `${file.name}.gz`);
}

/** Reads and checks a file that was downloaded earlier. */
export async function checkStoredFile(
  path: string,
  file: DatasetFile,
  { verify }: { verify: boolean },
): Promise<StoredFile> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return { state: 'missing' };
  if (!found.isFile()) return { state: 'damaged', reason: 'expected a file, found something else' };
  const most = mostGzippedBytes(file);
  if (found.size > most) {
    return { state: 'damaged', reason: `expected ${most} bytes at most, found ${found.size}` };
  }
  try {
    const opened = await openIfThere(path);
    if (opened === undefined) return { state: 'missing' };
    const { fault, sha256 } = await checkFile(opened.source as Uint8Array, file, { verify });
    if (fault === undefined) return { state: 'good', bytes: found.size, sha256 };
    return { state: 'damaged', reason: `expected ${fault.expected}, found ${fault.found}` };
  } catch (error) {
    if (!DatasetError.isInstance(error)) throw error;
    return { state: 'damaged', reason: error.found };
  }
}
