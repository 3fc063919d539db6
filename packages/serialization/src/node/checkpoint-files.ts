import type { WriteOptions } from '@softreg/atomic-file';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../checkpoint-file.js';
import { namingFile, readWhole, writeWhole } from './files.js';

/** @throws SerializationError naming the file, what was expected and what was found */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const bytes = await readWhole(path);
  return namingFile(path, () => decodeCheckpoint(bytes));
}

/** Writes a checkpoint, whole or not at all. @throws SerializationError FILE_WRITE_FAILED, FILE_INVALID_CONTENT */
export async function writeCheckpoint(
  path: string,
  checkpoint: Checkpoint,
  options?: WriteOptions,
): Promise<void> {
  await writeWhole(path, await encodeCheckpoint(checkpoint), options);
}
