import { swapToBigEndian } from './byte-order.js';
import { ELEMENT_TYPES } from './element-types.js';
import { IdxError } from './errors.js';
import { parseIdxHeader } from './header.js';
import type { IdxArray } from './idx-array.js';

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
  const element = ELEMENT_TYPES[type];
  const payload = bytes.subarray(headerBytes);
  if (element.bytes === 1) {
    const data = element.create(payload.buffer as ArrayBuffer, payload.byteOffset, payload.length);
    return { type, shape, data } as IdxArray;
  }
  const copy = payload.slice();
  swapToBigEndian(copy, element.bytes);
  return { type, shape, data: element.create(copy.buffer) } as IdxArray;
}

export function truncatedError(totalBytes: number, found: number): IdxError {
  return new IdxError({
    code: 'IDX_TRUNCATED',
    offset: found,
    expected: `${totalBytes} bytes, as its header says`,
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
