import { closeSync, fsync, openSync, renameSync, write, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';

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

/** What is written by a call that waits: into memory, in less time than it takes to hand the bytes to another thread. */
const SMALL_BYTES = 2 ** 20;

const flush = promisify(fsync);
const writeBeside = promisify(write);

/** Node's. Only what waits for the disk is left to other threads: the program goes on meanwhile, and the rest is too short for that. */
export const NODE_FILE_SYSTEM: FileSystem = {
  open: async (path, flags) => {
    const file = openSync(path, flags);
    return {
      write: async (bytes, offset) =>
        bytes.length - offset > SMALL_BYTES
          ? writeBeside(file, bytes, offset)
          : { bytesWritten: writeSync(file, bytes, offset) },
      sync: () => flush(file),
      close: async () => closeSync(file),
    };
  },
  rename: async (from, to) => renameSync(from, to),
  rm,
};
