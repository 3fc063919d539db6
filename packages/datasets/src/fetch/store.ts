import type { DatasetFile } from '../catalog.js';

/** Something in the place where the downloads of a data set are kept. */
export interface CachedFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly modified: Date;
  /** A file of the set, what a write left that did not end, or something that is not ours. */
  readonly kind: 'file' | 'partial' | 'other';
}

/** A file's bytes, or why they cannot be had; undefined where there is none. */
export type StoredBytes = { readonly bytes: Uint8Array } | { readonly reason: string } | undefined;

/** Where the downloads of a data set are kept: a folder, or what a browser has in its place. It believes no byte and checks none. */
export interface Store {
  /** Path or address to call the file by. */
  locationOf(file: DatasetFile): string;
  /** Whether the file is there. It is not read. */
  has(file: DatasetFile): Promise<boolean>;
  /** Files larger than the file can be are not read. */
  read(file: DatasetFile): Promise<StoredBytes>;
  /**
   * Puts bytes in the file's place, whole or not at all.
   *
   * @returns why they are not kept, where that is no error
   * @throws DatasetError DATASET_CACHE_FAILED
   */
  save(file: DatasetFile, bytes: Uint8Array): Promise<string | undefined>;
  /** All that is there, by name. */
  list(): Promise<CachedFile[]>;
  /** Removes some of it, and the place itself if nothing is left. */
  remove(files: readonly CachedFile[]): Promise<void>;
}
