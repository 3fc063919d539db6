import { trailingError, truncatedError } from './decode.js';
import { GrowingBytes } from './growing-bytes.js';
import {
  DEFAULT_MAX_BYTES,
  headerBytesOf,
  type IdxHeader,
  MAGIC_BYTES,
  parseIdxHeader,
} from './header.js';
import type { IdxArray } from './idx-array.js';
import { checkBlock, decodeRows, rowLayout } from './row-layout.js';
import { type IdxSource, type OpenedSource, openSource } from './source.js';

const FIRST_ALLOCATION = 2 ** 20;

export interface SequentialRowsOptions {
  /** Largest raw file to accept, in bytes; default any, as of a file no more than a block is in memory. A gzip bomb stops here. */
  maxBytes?: number;
  /** Largest block to gather, in bytes, for it is the file that says how large a row is; default 1 GiB. */
  maxBlockBytes?: number;
}

/** An IDX file that is read once, from its first row to its last. */
export interface SequentialRows {
  readonly type: IdxArray['type'];
  /** Of the whole file, as its header says; the first is the number of rows. */
  readonly shape: readonly number[];
  readonly count: number;
  /**
   * The rows in order, so many at a time, the last ones maybe fewer: at most one block, and what the source gives at a time, is in
   * memory. That the file is as long as its header says is known when the last block is given. Can be called once; a loop that is
   * left early closes the source.
   *
   * @throws RangeError if `rows` is not a whole number of at least 1
   * @throws IdxError IDX_TRUNCATED, IDX_TRAILING_BYTES, IDX_BAD_GZIP, IDX_TOO_LARGE
   */
  blocks(rows: number): AsyncGenerator<IdxArray, void, void>;
  /** Closes the source, where no loop over blocks has. */
  close(): Promise<void>;
}

/**
 * Opens an IDX file, gzipped or raw, for reading in order. Of what its header says nothing is allocated but blocks.
 *
 * @throws IdxError IDX_TRUNCATED, IDX_BAD_MAGIC, IDX_UNKNOWN_TYPE, IDX_BAD_GZIP, IDX_NO_ROWS, IDX_TOO_LARGE
 */
export async function openSequentialRows(
  source: IdxSource,
  {
    maxBytes = Number.POSITIVE_INFINITY,
    maxBlockBytes = DEFAULT_MAX_BYTES,
  }: SequentialRowsOptions = {},
): Promise<SequentialRows> {
  const opened = await openSource(source);
  const bytes = new ByteQueue(opened);
  try {
    const header = await readHeader(bytes, maxBytes);
    const { type, shape } = header;
    const { count } = rowLayout(header);
    return {
      type,
      shape,
      count,
      blocks: (rows) => blocksOf(bytes, header, rows, maxBlockBytes),
      close: () => bytes.close(),
    };
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

async function readHeader(bytes: ByteQueue, maxBytes: number): Promise<IdxHeader> {
  const magic = await bytes.take(MAGIC_BYTES);
  const rest = await bytes.take(
    magic.length < MAGIC_BYTES ? 0 : headerBytesOf(magic) - MAGIC_BYTES,
  );
  const head = new Uint8Array(magic.length + rest.length);
  head.set(magic);
  head.set(rest, magic.length);
  return parseIdxHeader(head, maxBytes);
}

async function* blocksOf(
  bytes: ByteQueue,
  header: IdxHeader,
  rows: number,
  maxBlockBytes: number,
): AsyncGenerator<IdxArray, void, void> {
  if (!(Number.isInteger(rows) && rows >= 1)) {
    throw new RangeError(`expected blocks of at least 1 row, found ${rows}`);
  }
  const layout = rowLayout(header);
  const { count, rowBytes } = layout;
  try {
    checkBlock(layout, Math.min(rows, count), maxBlockBytes);
    for (let start = 0; start < count; start += rows) {
      const here = Math.min(rows, count - start);
      const block = await bytes.take(here * rowBytes);
      if (block.length < here * rowBytes) throw truncatedError(header.totalBytes, bytes.taken);
      if (start + here === count) await demandEnd(bytes, header);
      yield decodeRows(layout, here, block);
    }
    if (count === 0) await demandEnd(bytes, header);
  } finally {
    await bytes.close();
  }
}

async function demandEnd(bytes: ByteQueue, { totalBytes }: IdxHeader): Promise<void> {
  if ((await bytes.take(1)).length > 0) throw trailingError(totalBytes);
}

/** A stream of chunks, taken by as many bytes as one likes. */
class ByteQueue {
  /** Bytes given out so far. */
  taken = 0;
  private rest = new Uint8Array(0);
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private readonly opened: OpenedSource;

  constructor(opened: OpenedSource) {
    this.reader = opened.stream.getReader();
    this.opened = opened;
  }

  /** A copy of the next `count` bytes; fewer at the end of the stream. Grows no faster than what arrives. */
  async take(count: number): Promise<Uint8Array<ArrayBuffer>> {
    const gathered = new GrowingBytes(Math.min(count, FIRST_ALLOCATION));
    while (gathered.length < count) {
      if (this.rest.length === 0 && !(await this.fill())) break;
      const piece = this.rest.subarray(0, count - gathered.length);
      this.rest = this.rest.subarray(piece.length);
      gathered.append(piece, count);
    }
    this.taken += gathered.length;
    return gathered.view();
  }

  async close(): Promise<void> {
    await this.reader.cancel().catch(() => undefined);
  }

  private async fill(): Promise<boolean> {
    const { done, value } = await this.reader.read().catch((cause: unknown) => {
      throw this.opened.faultOf(this.taken, cause);
    });
    if (done) return false;
    this.rest = value as Uint8Array<ArrayBuffer>;
    return true;
  }
}
