import type { IdxArray } from '../../src/index.js';

// A second reader, by the format's description alone and with none of the package's code: slow, plain, and for valid files only.

const TYPES = { 8: 'uint8', 9: 'int8', 11: 'int16', 12: 'int32', 13: 'float32', 14: 'float64' };
const ELEMENT_BYTES = { uint8: 1, int8: 1, int16: 2, int32: 4, float32: 4, float64: 8 };

export interface Reread {
  readonly type: IdxArray['type'];
  readonly shape: readonly number[];
  readonly headerBytes: number;
  readonly elementBytes: number;
  readonly view: DataView;
}

/** What a file of these bytes holds; undefined if it is no valid one. */
export function reread(bytes: Uint8Array): Reread | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 4 || view.getUint16(0) !== 0) return undefined;
  const type = TYPES[view.getUint8(2) as keyof typeof TYPES] as IdxArray['type'] | undefined;
  const rank = view.getUint8(3);
  const headerBytes = 4 + 4 * rank;
  if (type === undefined || view.byteLength < headerBytes) return undefined;
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const elementBytes = ELEMENT_BYTES[type];
  const payload = shape.reduce((product, size) => product * BigInt(size), BigInt(elementBytes));
  if (payload !== BigInt(view.byteLength - headerBytes)) return undefined;
  return { type, shape, headerBytes, elementBytes, view };
}

/** Compares rows `start` to `end` of a file, or the whole, with what was read, bit by bit. */
export function demandEqual(
  { type, shape, headerBytes, elementBytes, view }: Reread,
  array: IdxArray,
  [start, end]: readonly [number, number] = [0, shape[0] ?? 1],
): void {
  const rest = shape.slice(1);
  const rowElements = rest.includes(0) ? 0 : rest.reduce((product, size) => product * size, 1);
  const expected = shape.length === 0 ? '' : String([end - start, ...rest]);
  const length = end === start ? 0 : (end - start) * rowElements;
  if (array.type !== type || String(array.shape) !== expected || array.data.length !== length) {
    throw new Error(
      `${array.type} ${array.shape} of ${array.data.length} elements, not ${expected}`,
    );
  }
  const payload = new DataView(
    view.buffer,
    view.byteOffset + headerBytes,
    view.byteLength - headerBytes,
  );
  demandElements(array, payload, elementBytes, length === 0 ? 0 : start * rowElements);
}

function demandElements({ data }: IdxArray, file: DataView, size: number, first: number): void {
  const found = asWholeNumbers(data, size);
  for (let i = 0; i < data.length; i++) {
    const at = (first + i) * size;
    const expected =
      size === 1
        ? file.getUint8(at)
        : size === 2
          ? file.getUint16(at)
          : size === 4
            ? file.getUint32(at)
            : file.getBigUint64(at);
    if (found[i] !== expected) throw new Error(`element ${i}: ${found[i]}, not ${expected}`);
  }
}

/** A NaN has many forms, so elements are compared as the whole numbers of their bits. */
function asWholeNumbers({ buffer, byteOffset, length }: IdxArray['data'], size: number) {
  if (size === 1) return new Uint8Array(buffer, byteOffset, length);
  if (size === 2) return new Uint16Array(buffer, byteOffset, length);
  if (size === 4) return new Uint32Array(buffer, byteOffset, length);
  return new BigUint64Array(buffer, byteOffset, length);
}
