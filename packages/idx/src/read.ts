import { decodeIdx, trailingError, truncatedError } from './decode.js';
import { GrowingBytes } from './growing-bytes.js';
import {
  DEFAULT_MAX_BYTES,
  headerBytesOf,
  type IdxHeader,
  MAGIC_BYTES,
  parseIdxHeader,
} from './header.js';
import type { IdxArray } from './idx-array.js';
import { checkClaim, type IdxSource, isGzip, type OpenedSource, openSource } from './source.js';

export interface ReadIdxOptions {
  /** Largest raw file to accept, in bytes; default 1 GiB. A gzip bomb stops here, or earlier at the size its header names. */
  maxBytes?: number;
}

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
  if (source instanceof Uint8Array && !isGzip(source)) {
    const { totalBytes } = parseIdxHeader(source, maxBytes);
    if (source.length < totalBytes) throw truncatedError(totalBytes, source.length);
    if (source.length > totalBytes) throw trailingError(totalBytes, source.length - totalBytes);
    return source;
  }
  const opened = await openSource(source);
  const collector = new Collector(maxBytes, opened);
  const reader = opened.stream.getReader();
  try {
    while (true) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw opened.faultOf(collector.length, cause);
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
  private readonly gathered = new GrowingBytes(MAGIC_BYTES);
  private header: IdxHeader | undefined;
  private readonly maxBytes: number;
  private readonly opened: OpenedSource;

  constructor(maxBytes: number, opened: OpenedSource) {
    this.maxBytes = maxBytes;
    this.opened = opened;
  }

  get length(): number {
    return this.gathered.length;
  }

  add(chunk: Uint8Array): void {
    let rest = chunk;
    while (this.header === undefined && rest.length > 0) rest = this.addToHeader(rest);
    if (this.header === undefined || rest.length === 0) return;
    const { totalBytes } = this.header;
    if (this.length + rest.length > totalBytes) throw trailingError(totalBytes);
    this.gathered.append(rest, totalBytes);
  }

  finish(): Uint8Array {
    const bytes = this.gathered.view();
    const { totalBytes } = this.header ?? parseIdxHeader(bytes, this.maxBytes);
    if (bytes.length < totalBytes) throw truncatedError(totalBytes, bytes.length);
    return bytes;
  }

  private addToHeader(chunk: Uint8Array): Uint8Array {
    const head = this.gathered.view();
    const wanted = head.length < MAGIC_BYTES ? MAGIC_BYTES : headerBytesOf(head);
    const part = chunk.subarray(0, wanted - head.length);
    this.gathered.append(part, wanted);
    const longer = this.gathered.view();
    if (longer.length >= MAGIC_BYTES && longer.length === headerBytesOf(longer)) {
      this.header = parseIdxHeader(longer, this.maxBytes);
      checkClaim(this.header, this.opened);
      this.gathered.reserve(this.firstAllocation(this.header.totalBytes));
    }
    return chunk.subarray(part.length);
  }

  private firstAllocation(totalBytes: number): number {
    const plausible = 4 * (this.opened.sourceBytes ?? 0) + 16 * FIRST_ALLOCATION;
    return totalBytes <= plausible ? totalBytes : FIRST_ALLOCATION;
  }
}
