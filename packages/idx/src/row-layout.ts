import { decodeElements } from './decode.js';
import { ELEMENT_TYPES } from './element-types.js';
import { IdxError } from './errors.js';
import type { IdxHeader } from './header.js';
import type { IdxArray } from './idx-array.js';

/** What a file's rows look like: the parts of an array along its first dimension. */
export interface RowLayout {
  readonly header: IdxHeader;
  /** Rows in the file: the first dimension. */
  readonly count: number;
  /** Bytes of one row. */
  readonly rowBytes: number;
}

/** @throws IdxError IDX_NO_ROWS for a single number, which has no dimension to cut along */
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
  const elements = rest.reduce((product, size) => product * size, 1);
  return { header, count, rowBytes: elements * ELEMENT_TYPES[header.type].bytes };
}

/** @param bytes of `rows` rows, as the file has them */
export function decodeRows({ header }: RowLayout, rows: number, bytes: Uint8Array): IdxArray {
  const data = decodeElements(header.type, bytes);
  return { type: header.type, shape: [rows, ...header.shape.slice(1)], data } as IdxArray;
}
