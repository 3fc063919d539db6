import { encodeIdx } from './encode.js';
import type { IdxArray } from './idx-array.js';

/**
 * Encodes an array as a gzipped IDX file.
 *
 * @throws IdxError IDX_INVALID_ARRAY as {@link encodeIdx}
 */
export async function encodeGzippedIdx(array: IdxArray): Promise<Uint8Array> {
  const compressor = new CompressionStream('gzip') as ReadableWritablePair<Uint8Array, Uint8Array>;
  const stream = new Blob([encodeIdx(array)]).stream().pipeThrough(compressor);
  return new Uint8Array(await new Response(stream as ReadableStream).arrayBuffer());
}
