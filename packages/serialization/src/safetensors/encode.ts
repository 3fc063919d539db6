import { brief } from '../brief.js';
import { SerializationError } from '../errors.js';
import { toJson } from '../json.js';
import {
  ELEMENT_BYTES,
  isCounts,
  MAX_HEADER_BYTES,
  METADATA_NAME,
  type SafetensorsFile,
  tensorBytes,
} from './tensor.js';

/** The payload begins at a multiple of this, so that readers may map it into memory. */
const ALIGNMENT = 8;

const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * Encodes a safetensors file: eight bytes for the header's length, the header as JSON with its keys in order, spaces up to the
 * alignment, then the arrays one after the other, little-endian.
 *
 * @throws SerializationError FILE_INVALID_CONTENT: what is written can be read again
 */
export function encodeSafetensors(file: SafetensorsFile): Uint8Array<ArrayBuffer> {
  checkContent(file);
  const { tensors, metadata } = file;
  // Wider elements first, as the reference writer does: all lie where their type may lie.
  const sorted = [...tensors].sort(
    ([a, { dtype: x }], [b, { dtype: y }]) => ELEMENT_BYTES[y] - ELEMENT_BYTES[x] || compare(a, b),
  );
  const entries: [string, unknown][] = [];
  if (metadata.size > 0) {
    const pairs = [...metadata].sort(([a], [b]) => compare(a, b));
    entries.push([METADATA_NAME, Object.fromEntries(pairs)]);
  }
  let payloadBytes = 0;
  for (const [name, { dtype, shape, data }] of sorted) {
    const offsets = [payloadBytes, payloadBytes + data.byteLength];
    entries.push([name, { dtype, shape, data_offsets: offsets }]);
    payloadBytes += data.byteLength;
  }
  const text = toJson(Object.fromEntries(entries), 'header', {
    maxBytes: MAX_HEADER_BYTES - ALIGNMENT,
  });
  const json = new TextEncoder().encode(text);
  const headerBytes = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(8 + headerBytes + payloadBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(0x20, 8, 8 + headerBytes);
  bytes.set(json, 8);
  let offset = 8 + headerBytes;
  for (const [, { data }] of sorted) {
    bytes.set(littleEndian(data), offset);
    offset += data.byteLength;
  }
  return bytes;
}

function littleEndian(data: Uint8Array | Float32Array | Int32Array): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof Uint8Array || IS_LITTLE_ENDIAN) return bytes;
  const swapped = bytes.slice();
  // As whole words: a float that is NaN would lose its other bits on the way through a number.
  const view = new DataView(swapped.buffer);
  for (let at = 0; at < swapped.length; at += 4) {
    view.setUint32(at, view.getUint32(at, true), false);
  }
  return swapped;
}

function checkContent({ tensors, metadata }: SafetensorsFile): void {
  for (const [name, { dtype, shape, data }] of tensors) {
    const subject = `tensor ${brief(name)}`;
    if (name === METADATA_NAME) throw invalid(subject, 'another name', 'that of the metadata');
    if (!isCounts(shape) || tensorBytes(dtype, shape) !== data.byteLength) {
      throw invalid(subject, `a shape of ${data.length} elements`, brief(shape));
    }
  }
  for (const [key, text] of metadata) {
    // TypeScript says so already, but not everyone asks it.
    if (typeof text !== 'string') throw invalid(`metadata ${brief(key)}`, 'text', brief(text));
  }
}

function invalid(subject: string, expected: string, found: string): SerializationError {
  return new SerializationError({ code: 'FILE_INVALID_CONTENT', subject, expected, found });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
