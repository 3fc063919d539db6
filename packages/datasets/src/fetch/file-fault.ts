import { IdxError, readRawIdx } from '@softreg/idx';
import type { DatasetFile } from '../catalog.js';
import { sha256Hex } from '../sha256.js';
import { md5Hex } from './md5.js';

/** What is wrong with the bytes of a file. */
export interface FileFault {
  readonly kind: 'damaged' | 'other data';
  readonly expected: string;
  readonly found: string;
}

/** The raw bytes' SHA-256 if the bytes are the file's, gzipped as they are kept, else what is wrong with them. */
export type FileCheck =
  | { readonly sha256: string; readonly fault?: never }
  | { readonly sha256?: never; readonly fault: FileFault };

/**
 * Compares bytes with what is known of a file: its format and size, and with `verify` its SHA-256 too, or the MD5 of the `.gz` where
 * that is all there is.
 */
export async function checkFile(
  bytes: Uint8Array,
  file: DatasetFile,
  { verify }: { verify: boolean },
): Promise<FileCheck> {
  const raw = await readRawIdx(bytes, { maxBytes: file.bytes }).catch((error: unknown) => {
    if (IdxError.isInstance(error)) return error;
    throw error;
  });
  if (raw instanceof Error) {
    return { fault: { kind: 'damaged', expected: raw.expected, found: raw.found } };
  }
  const sha256 = await sha256Hex(raw);
  if (!verify) return { sha256 };
  if (raw.length !== file.bytes) {
    return other(`${file.bytes} bytes once unpacked`, `${raw.length}`);
  }
  if (file.sha256 !== undefined) {
    return sha256 === file.sha256 ? { sha256 } : other(`SHA-256 ${file.sha256}`, sha256);
  }
  const fault = await md5Fault(bytes, file);
  return fault === undefined ? { sha256 } : { fault };
}

/** What the MD5 of the `.gz` says, for a file of which no SHA-256 is known. Raw bytes have none, and are a fault. */
export async function md5Fault(
  bytes: Uint8Array,
  file: DatasetFile,
): Promise<FileFault | undefined> {
  if (file.gzipMd5 === undefined || file.sha256 !== undefined) return undefined;
  const md5 = await md5Hex(bytes);
  if (md5 === file.gzipMd5) return undefined;
  return other(`MD5 ${file.gzipMd5} of the .gz`, md5).fault;
}

/** Data that does not shrink grows by 5 bytes per 16 KiB block (zlib's technical details) and a header with the file's name. */
export function mostGzippedBytes({ bytes }: DatasetFile): number {
  return bytes + 5 * Math.ceil(bytes / 2 ** 14) + 2 ** 10;
}

/** Why a file that is kept need not be read, undefined if it may be right. */
export function tooLarge(file: DatasetFile, bytes: number): string | undefined {
  const most = mostGzippedBytes(file);
  return bytes > most ? `expected ${most} bytes at most, found ${bytes}` : undefined;
}

function other(expected: string, found: string): { fault: FileFault } {
  return { fault: { kind: 'other data', expected, found } };
}
