import type { SafetensorsFile } from './tensor.js';

/** The payload begins at a multiple of this, so that readers may map it into memory. */
const ALIGNMENT = 8;

/**
 * Encodes a safetensors file: eight bytes for the header's length, the header as JSON with its keys in order, spaces up to the
 * alignment, then the arrays one after the other, little-endian.
 */
export function encodeSafetensors({ tensors, metadata }: SafetensorsFile): Uint8Array<ArrayBuffer> {
  const sorted = [...tensors].sort(([a], [b]) => compare(a, b));
  const entries: [string, unknown][] = [];
  if (metadata.size > 0) {
    const pairs = [...metadata].sort(([a], [b]) => compare(a, b));
    entries.push(['__metadata__', Object.fromEntries(pairs)]);
  }
  let payloadBytes = 0;
  for (const [name, { dtype, shape, data }] of sorted) {
    const offsets = [payloadBytes, payloadBytes + data.byteLength];
    entries.push([name, { dtype, shape, data_offsets: offsets }]);
    payloadBytes += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const headerBytes = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(8 + headerBytes + payloadBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(0x20, 8, 8 + headerBytes);
  bytes.set(json, 8);
  let offset = 8 + headerBytes;
  for (const [, { data }] of sorted) {
    const view = new DataView(bytes.buffer, offset, data.byteLength);
    if (data instanceof Float32Array) data.forEach((x, i) => void view.setFloat32(4 * i, x, true));
    else data.forEach((x, i) => void view.setInt32(4 * i, x, true));
    offset += data.byteLength;
  }
  return bytes;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
