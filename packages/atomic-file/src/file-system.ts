import { open, rename, rm } from 'node:fs/promises';

/**
 * What a write does to the disk goes through this: Node's own by default. Another one shows what a program does when the disk is full, fails, or
 * the process is killed at any operation.
 */
export interface FileSystem {
  /** @param flags `wx` for a new file, `r` for a folder */
  open(path: string, flags: 'wx' | 'r'): Promise<OpenedFile>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file if it is there. */
  rm(path: string, options: { readonly force: true }): Promise<void>;
}

export interface OpenedFile {
  /**
   * Writes the bytes from `offset` on after those before them.
   *
   * @returns how many were taken, which may be fewer
   */
  write(bytes: Uint8Array, offset: number): Promise<{ readonly bytesWritten: number }>;
  /** Flushes to the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface WriteOptions {
  /** Default: Node's. */
  readonly fileSystem?: FileSystem;
}

export const NODE_FILE_SYSTEM: FileSystem = { open, rename, rm };
