import { decodeElements } from './decode.js';
import { ELEMENT_TYPES } from './element-types.js';
import { IdxError } from './errors.js';
import { type IdxHeader, MAGIC_BYTES } from './header.js';
import type { IdxArray } from './idx-array.js';
import { elementCount, shapeText, sizeText } from './shape.js';

/** What a file's rows look like: the parts of an array along its first dimension. */
export interface RowLayout {
  readonly header: IdxHeader;
  /** Rows in the file: the first dimension. */
  readonly count: number;
  /** Bytes of one row. */
  readonly rowBytes: number;
}

/** @throws IdxError IDX_NO_ROWS for a single number, which has no dimension to cut along, and for rows that have no elements */
export function rowLayout(header: IdxHeader): RowLayout {
  const [count, ...rest] = header.shape;
  if (count === undefined) {
    throw new IdxError({
      code: 'IDX_NO_ROWS',
      offset: 3,
      expected: 'an array of rank 1 or more, which has rows',
      found: 'a single number',
    });
  }
  const rowBytes = elementCount(rest) * ELEMENT_TYPES[header.type].bytes;
  // No byte of the file bears out such a count, and walking 2^32 - 1 empty rows takes minutes.
  if (rowBytes === 0 && count > 0) {
    throw new IdxError({
      code: 'IDX_NO_ROWS',
      offset: MAGIC_BYTES,
      expected: 'rows of at least one element',
      found: `dimensions ${shapeText(header.shape)}`,
    });
  }
  return { header, count, rowBytes };
}

/**
 * Whether so many rows may be in memory at once.
 *
 * @throws IdxError IDX_TOO_LARGE
 */
export function checkBlock({ rowBytes }: RowLayout, rows: number, maxBlockBytes: number): void {
  if (rows === 0 || rows * rowBytes <= maxBlockBytes) return;
  throw new IdxError({
    code: 'IDX_TOO_LARGE',
    offset: MAGIC_BYTES,
    expected: `blocks of at most ${sizeText(maxBlockBytes)}`,
    found: `${rows} rows of ${sizeText(rowBytes)}`,
  });
}

/** @param bytes of `rows` rows, as the file has them */
export function decodeRows({ header }: RowLayout, rows: number, bytes: Uint8Array): IdxArray {
  const data = decodeElements(header.type, bytes);
  return { type: header.type, shape: [rows, ...header.shape.slice(1)], data } as IdxArray;
}
