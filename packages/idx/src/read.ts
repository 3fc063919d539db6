import { decodeIdx, trailingError, truncatedError } from './decode.js';
import { IdxError } from './errors.js';
import {
  DEFAULT_MAX_BYTES,
  headerBytesOf,
  type IdxHeader,
  MAGIC_BYTES,
  parseIdxHeader,
} from './header.js';
import type { IdxArray } from './idx-array.js';
import { gzipError, type IdxSource, openSource } from './source.js';

export interface ReadIdxOptions {
  /** Largest raw file to accept, in bytes; default 1 GiB. A gzip bomb stops here, or earlier at the size its header names. */
  maxBytes?: number;
}

/** Deflate cannot do better than 1032 to 1 (zlib's technical details), so a larger claim is false. */
const MAX_DEFLATE_RATIO = 1032;
const FIRST_ALLOCATION = 2 ** 20;

/**
 * Reads an IDX file, gzipped or raw, from bytes, a Blob or a stream. Works alike in Node and in browsers.
 *
 * @throws IdxError with what was expected and found, and at which byte of the raw file
 */
export async function readIdx(source: IdxSource, options: ReadIdxOptions = {}): Promise<IdxArray> {
  return decodeIdx(await readRawIdx(source, options));
}

/**
 * The raw bytes of an IDX file, decompressed if need be: what a checksum of the file is taken over. Sizes are checked against
 * the header, which is checked first; the elements are not decoded. For raw bytes the result is `source` itself.
 *
 * @throws IdxError as {@link readIdx}
 */
export async function readRawIdx(
  source: IdxSource,
  { maxBytes = DEFAULT_MAX_BYTES }: ReadIdxOptions = {},
): Promise<Uint8Array> {
  const { gzipped, sourceBytes, stream } = await openSource(source);
  if (!gzipped && source instanceof Uint8Array) {
    const { totalBytes } = parseIdxHeader(source, maxBytes);
    if (source.length < totalBytes) throw truncatedError(totalBytes, source.length);
    if (source.length > totalBytes) throw trailingError(totalBytes, source.length - totalBytes);
    return source;
  }
  const collector = new Collector(maxBytes, gzipped, sourceBytes);
  const reader = stream.getReader();
  try {
    while (true) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw gzipped ? gzipError(collector.length, cause) : cause;
      });
      if (done) return collector.finish();
      collector.add(value);
    }
  } catch (error) {
    await reader.cancel(error).catch(() => undefined);
    throw error;
  }
}

/** Gathers chunks into one array whose size the header sets, but which never grows faster than the data that arrives. */
class Collector {
  length = 0;
  private bytes = new Uint8Array(MAGIC_BYTES);
  private header: IdxHeader | undefined;
  private readonly maxBytes: number;
  private readonly gzipped: boolean;
  private readonly sourceBytes: number | undefined;

  constructor(maxBytes: number, gzipped: boolean, sourceBytes: number | undefined) {
    this.maxBytes = maxBytes;
    this.gzipped = gzipped;
    this.sourceBytes = sourceBytes;
  }

  add(chunk: Uint8Array): void {
    let rest = chunk;
    while (this.header === undefined && rest.length > 0) rest = this.addToHeader(rest);
    if (this.header === undefined || rest.length === 0) return;
    const { totalBytes } = this.header;
    if (this.length + rest.length > totalBytes) throw trailingError(totalBytes);
    this.reserve(this.length + rest.length, totalBytes);
    this.append(rest);
  }

  finish(): Uint8Array {
    if (this.header === undefined) {
      parseIdxHeader(this.bytes.subarray(0, this.length), this.maxBytes);
    }
    const total = this.header?.totalBytes ?? this.length;
    if (this.length < total) throw truncatedError(total, this.length);
    return this.bytes.subarray(0, this.length);
  }

  private addToHeader(chunk: Uint8Array): Uint8Array {
    const wanted = this.length < MAGIC_BYTES ? MAGIC_BYTES : headerBytesOf(this.bytes);
    const part = chunk.subarray(0, wanted - this.length);
    this.reserve(wanted, wanted);
    this.append(part);
    if (this.length >= MAGIC_BYTES && this.length === headerBytesOf(this.head())) {
      this.header = this.checkedHeader();
      this.reserve(this.firstAllocation(this.header.totalBytes), this.header.totalBytes);
    }
    return chunk.subarray(part.length);
  }

  private checkedHeader(): IdxHeader {
    const header = parseIdxHeader(this.head(), this.maxBytes);
    if (this.sourceBytes === undefined) return header;
    const limit = this.gzipped ? this.sourceBytes * MAX_DEFLATE_RATIO : this.sourceBytes;
    if (header.totalBytes > limit) {
      throw new IdxError({
        code: 'IDX_TRUNCATED',
        offset: header.headerBytes,
        expected: `${header.totalBytes} bytes, as its header says`,
        found: `a file of ${this.sourceBytes} bytes, too small for that`,
      });
    }
    return header;
  }

  private firstAllocation(totalBytes: number): number {
    const plausible = 4 * (this.sourceBytes ?? 0) + 16 * FIRST_ALLOCATION;
    return totalBytes <= plausible ? totalBytes : FIRST_ALLOCATION;
  }

  private reserve(needed: number, limit: number): void {
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.min(limit, Math.max(needed, 2 * this.bytes.length)));
    grown.set(this.head());
    this.bytes = grown;
  }

  private append(chunk: Uint8Array): void {
    this.bytes.set(chunk, this.length);
    this.length += chunk.length;
  }

  private head(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}
