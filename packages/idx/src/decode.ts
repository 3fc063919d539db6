import { swapToBigEndian } from './byte-order.js';
import { ELEMENT_TYPES, type IdxType } from './element-types.js';
import { IdxError } from './errors.js';
import { parseIdxHeader } from './header.js';
import type { IdxArray } from './idx-array.js';
import { sizeText } from './shape.js';

/**
 * Decodes a raw (not gzipped) IDX file.
 *
 * For one-byte elements `data` is a view of `bytes`, not a copy.
 *
 * @param bytes the whole file
 * @throws IdxError IDX_TRUNCATED, IDX_BAD_MAGIC, IDX_UNKNOWN_TYPE, IDX_TRAILING_BYTES
 */
export function decodeIdx(bytes: Uint8Array): IdxArray {
  const { type, shape, headerBytes, totalBytes } = parseIdxHeader(bytes, Number.POSITIVE_INFINITY);
  if (bytes.length < totalBytes) throw truncatedError(totalBytes, bytes.length);
  if (bytes.length > totalBytes) throw trailingError(totalBytes, bytes.length - totalBytes);
  return { type, shape, data: decodeElements(type, bytes.subarray(headerBytes)) } as IdxArray;
}

/** Elements from their big-endian bytes: for one-byte elements a view of `bytes`, else a copy. */
export function decodeElements(type: IdxType, bytes: Uint8Array): IdxArray['data'] {
  const element = ELEMENT_TYPES[type];
  if (element.bytes === 1) {
    return element.create(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
  }
  // Not slice(): that of a Buffer shares memory.
  const copy = new Uint8Array(bytes);
  swapToBigEndian(copy, element.bytes);
  return element.create(copy.buffer);
}

export function truncatedError(totalBytes: number, found: number): IdxError {
  return new IdxError({
    code: 'IDX_TRUNCATED',
    offset: found,
    expected: `${sizeText(totalBytes)}, as its header says`,
    found: `the end of the file after ${found} bytes`,
  });
}

export function trailingError(totalBytes: number, extra?: number): IdxError {
  return new IdxError({
    code: 'IDX_TRAILING_BYTES',
    offset: totalBytes,
    expected: `the end of the file after ${totalBytes} bytes, as its header says`,
    found: extra === undefined ? 'more bytes' : `${extra} more bytes`,
  });
}
