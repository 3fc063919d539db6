import { trailingError, truncatedError } from './decode.js';
import { DEFAULT_MAX_BYTES, headerBytesOf, MAGIC_BYTES, parseIdxHeader } from './header.js';
import type { IdxArray } from './idx-array.js';
import { checkBlock, decodeRows, type RowLayout, rowLayout } from './row-layout.js';

/** Bytes that can be read at any place: of a file that is open, or of a Blob. */
export interface RandomAccess {
  readonly byteLength: number;
  /**
   * Bytes `start` to `end` (exclusive), in memory that is the caller's; fewer at the end of what is there.
   *
   * @param into memory to put them into, if it has just that length and the source can: it spares allocating as much anew
   */
  slice(start: number, end: number, into?: Uint8Array): Promise<Uint8Array>;
}

/** An IDX file that is read row by row, in any order, and is never in memory as a whole. */
export interface RandomRows {
  readonly type: IdxArray['type'];
  /** Of the whole file; the first is the number of rows. */
  readonly shape: readonly number[];
  readonly count: number;
  /** Bytes of a row in the file. */
  readonly rowBytes: number;
  /**
   * Rows `start` to `end` (exclusive), as an array of end - start rows.
   *
   * @param into memory that may be written to, such as that of rows that were read before and are done with: where it has just the length,
   * the rows may be in it
   * @throws RangeError if there are no such rows, IdxError IDX_TRUNCATED if the file has become shorter, IDX_TOO_LARGE
   */
  read(start: number, end: number, into?: Uint8Array): Promise<IdxArray>;
}

export interface RandomRowsOptions {
  /** Largest block to read at once, in bytes, for it is the file that says how large a row is; default 1 GiB. */
  maxBlockBytes?: number;
}

/**
 * Opens a raw (not gzipped) IDX file for reading by rows. Its header is checked against its length at once.
 *
 * @throws IdxError IDX_TRUNCATED, IDX_BAD_MAGIC, IDX_UNKNOWN_TYPE, IDX_TRAILING_BYTES, IDX_NO_ROWS
 */
export async function openRandomRows(
  source: RandomAccess,
  { maxBlockBytes = DEFAULT_MAX_BYTES }: RandomRowsOptions = {},
): Promise<RandomRows> {
  const magic = await source.slice(0, Math.min(MAGIC_BYTES, source.byteLength));
  const head = await source.slice(0, Math.min(headerBytesOf(magic), source.byteLength));
  const header = parseIdxHeader(head, Number.POSITIVE_INFINITY);
  const { totalBytes } = header;
  const layout: RowLayout = rowLayout(header);
  if (source.byteLength < totalBytes) throw truncatedError(totalBytes, source.byteLength);
  if (source.byteLength > totalBytes) {
    throw trailingError(totalBytes, source.byteLength - totalBytes);
  }
  const { count, rowBytes } = layout;
  // A file of no rows may say that each is larger than any number.
  const startOf = (row: number) => header.headerBytes + (row === 0 ? 0 : row * rowBytes);
  return {
    type: header.type,
    shape: header.shape,
    count,
    rowBytes,
    async read(start, end, into) {
      const whole = Number.isInteger(start) && Number.isInteger(end);
      if (!whole || start < 0 || start > end || end > count) {
        throw new RangeError(`expected rows within 0 to ${count}, found ${start} to ${end}`);
      }
      checkBlock(layout, end - start, maxBlockBytes);
      const [from, to] = [startOf(start), startOf(end)];
      const bytes = await source.slice(from, to, into);
      if (bytes.length < to - from) throw truncatedError(totalBytes, from + bytes.length);
      return decodeRows(layout, end - start, bytes);
    },
  };
}

/** A Blob or File of a page, for {@link openRandomRows}. */
export function blobAccess(blob: Blob): RandomAccess {
  return {
    byteLength: blob.size,
    slice: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
  };
}
