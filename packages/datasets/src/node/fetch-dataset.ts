import { join } from 'node:path';
import { makeFolder, writeFileAtomic } from '@softreg/atomic-file';
import { IdxError, readRawIdx } from '@softreg/idx';
import type { DatasetEntry, DatasetFile } from '../catalog.js';
import { DatasetError } from '../errors.js';
import { sha256Hex } from '../sha256.js';

export interface FetchProgress {
  readonly file: string;
  readonly mirror: string;
}

export interface FetchDatasetOptions {
  /** Where the files go; made if it is not there. */
  folder: string;
  signal?: AbortSignal;
  /** Called before each attempt. */
  onProgress?: (progress: FetchProgress) => void;
}

const TIMEOUT_MS = 60_000;

/**
 * Downloads the files of a data set, gzipped as the mirrors serve them, from the first mirror that has a good copy. A file is
 * written, whole, only after its raw bytes have the known SHA-256.
 *
 * @throws DatasetError DATASET_UNREACHABLE with the reason of every mirror, DATASET_CACHE_FAILED if the folder cannot be written
 */
export async function fetchDataset(
  entry: DatasetEntry,
  { folder, signal, onProgress }: FetchDatasetOptions,
): Promise<void> {
  for (const file of Object.values(entry.files)) {
    const bytes = await fetchFromMirrors(entry, file, signal, onProgress);
    await save(folder, `${file.name}.gz`, bytes);
  }
}

async function fetchFromMirrors(
  entry: DatasetEntry,
  file: DatasetFile,
  signal: AbortSignal | undefined,
  onProgress: FetchDatasetOptions['onProgress'],
): Promise<Uint8Array> {
  const reasons: string[] = [];
  for (const mirror of entry.mirrors) {
    onProgress?.({ file: file.name, mirror });
    try {
      return await fetchFile(new URL(`${file.name}.gz`, mirror), file, signal);
    } catch (error) {
      signal?.throwIfAborted();
      reasons.push(`${new URL(mirror).host} ${reasonOf(error)}`);
    }
  }
  throw new DatasetError({
    code: 'DATASET_UNREACHABLE',
    subject: `${file.name}.gz`,
    expected: 'a download from a mirror',
    found: reasons.join(', ') || 'no mirror to ask',
    advice: `put the files of ${entry.title} into a folder and name it with --data-dir or SOFTREG_DATA_DIR`,
  });
}

async function fetchFile(
  url: URL,
  file: DatasetFile,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const deadline = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, {
    // An encoding of the transfer's own would be undone by fetch, and leave a file that is not gzipped.
    headers: { 'accept-encoding': 'identity' },
    signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
  });
  if (!response.ok) {
    await response.body?.cancel().catch(() => undefined);
    throw new Error(`answered ${response.status}`);
  }
  const bytes = await readAtMost(response, mostGzippedBytes(file.bytes));
  const sha256 = await sha256Hex(await readRawIdx(bytes, { maxBytes: file.bytes }));
  if (file.sha256 !== undefined && sha256 !== file.sha256) throw new Error('sent other data');
  return bytes;
}

/** Data that does not shrink grows by 5 bytes per 16 KiB block (zlib's technical details) and a header with the file's name. */
function mostGzippedBytes(rawBytes: number): number {
  return rawBytes + 5 * Math.ceil(rawBytes / 2 ** 14) + 2 ** 10;
}

async function readAtMost(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) throw new Error('sent too many bytes');
  }
  return Buffer.concat(chunks);
}

function reasonOf(error: unknown): string {
  if (IdxError.isInstance(error)) return 'sent a damaged file';
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'did not answer in time';
  if (!(error.cause instanceof Error)) return error.message;
  const { code, message } = error.cause as NodeJS.ErrnoException;
  return `could not be reached (${code ?? message})`;
}

async function save(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  try {
    await makeFolder(folder);
    await writeFileAtomic(join(folder, name), bytes);
  } catch (error) {
    throw new DatasetError({
      code: 'DATASET_CACHE_FAILED',
      subject: join(folder, name),
      expected: 'a place to keep the download',
      found: (error as Error).message,
      cause: error,
    });
  }
}
