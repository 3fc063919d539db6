export { decodeIdx } from './decode.js';
export type { IdxArrays, IdxType } from './element-types.js';
export { encodeIdx } from './encode.js';
export { IdxError, type IdxErrorCode, type IdxErrorDetails } from './errors.js';
export { encodeGzippedIdx } from './gzip.js';
export { DEFAULT_MAX_BYTES, type IdxHeader, parseIdxHeader } from './header.js';
export type { IdxArray, IdxArrayOf } from './idx-array.js';
export {
  blobAccess,
  openRandomRows,
  type RandomAccess,
  type RandomRows,
  type RandomRowsOptions,
} from './random-rows.js';
export { type ReadIdxOptions, readIdx, readRawIdx } from './read.js';
export {
  openSequentialRows,
  type SequentialRows,
  type SequentialRowsOptions,
} from './sequential-rows.js';
export type { IdxSource } from './source.js';
