import { swapToBigEndian } from './byte-order.js';
import { ELEMENT_TYPES, elementTypeOfArray } from './element-types.js';
import { IdxError } from './errors.js';
import { MAGIC_BYTES } from './header.js';
import type { IdxArray } from './idx-array.js';
import { elementCount } from './shape.js';

const MAX_RANK = 255;
const MAX_DIMENSION = 2 ** 32 - 1;

/**
 * Encodes an array as a raw IDX file.
 *
 * @throws IdxError IDX_INVALID_ARRAY if type, shape and data do not fit each other or the format
 */
export function encodeIdx(array: IdxArray): Uint8Array<ArrayBuffer> {
  check(array);
  const element = ELEMENT_TYPES[array.type];
  const headerBytes = MAGIC_BYTES + 4 * array.shape.length;
  const bytes = new Uint8Array(headerBytes + array.data.byteLength);
  bytes.set([0, 0, element.code, array.shape.length]);
  const view = new DataView(bytes.buffer);
  for (const [axis, size] of array.shape.entries()) view.setUint32(MAGIC_BYTES + 4 * axis, size);
  const { buffer, byteOffset, byteLength } = array.data;
  const payload = bytes.subarray(headerBytes);
  payload.set(new Uint8Array(buffer, byteOffset, byteLength));
  if (element.bytes > 1) swapToBigEndian(payload, element.bytes);
  return bytes;
}

function check({ type, shape, data }: IdxArray): void {
  const found = elementTypeOfArray(data)?.type;
  if (!Object.hasOwn(ELEMENT_TYPES, type) || found !== type) {
    throw invalid(`data of type ${type}`, found ?? typeof data);
  }
  if (shape.length > MAX_RANK) throw invalid(`a rank of at most ${MAX_RANK}`, `${shape.length}`);
  for (const size of shape) {
    if (!Number.isInteger(size) || size < 0 || size > MAX_DIMENSION) {
      throw invalid('dimensions that are whole numbers from 0 to 4294967295', `${size}`);
    }
  }
  const elements = elementCount(shape);
  if (elements !== data.length) {
    throw invalid(`${elements} elements for shape [${shape.join(', ')}]`, `${data.length}`);
  }
}

function invalid(expected: string, found: string): IdxError {
  return new IdxError({ code: 'IDX_INVALID_ARRAY', offset: 0, expected, found });
}
