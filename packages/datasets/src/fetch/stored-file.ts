import type { DatasetFile } from '../catalog.js';
import { checkFile } from './file-fault.js';
import type { Store } from './store.js';

/** What is kept in the place of a file. */
export type StoredFile =
  | {
      readonly state: 'good';
      readonly bytes: number;
      /** Of the raw bytes. */
      readonly sha256: string;
    }
  | { readonly state: 'missing' }
  | { readonly state: 'damaged'; readonly reason: string };

/** What is kept of a file, and its bytes if they are good. */
export async function checkStoredFile(
  store: Store,
  file: DatasetFile,
  { verify }: { verify: boolean },
): Promise<{ stored: StoredFile; bytes?: Uint8Array }> {
  const found = await store.read(file);
  if (found === undefined) return { stored: { state: 'missing' } };
  if ('reason' in found) return { stored: { state: 'damaged', reason: found.reason } };
  const { bytes } = found;
  const { fault, sha256 } = await checkFile(bytes, file, { verify });
  if (fault === undefined) return { stored: { state: 'good', bytes: bytes.length, sha256 }, bytes };
  const reason = `expected ${fault.expected}, found ${fault.found}`;
  return { stored: { state: 'damaged', reason } };
}
