import fc from 'fast-check';
import type { IdxArray } from '../src/index.js';

const CREATE = {
  uint8: (bytes: ArrayBuffer) => new Uint8Array(bytes),
  int8: (bytes: ArrayBuffer) => new Int8Array(bytes),
  int16: (bytes: ArrayBuffer) => new Int16Array(bytes),
  int32: (bytes: ArrayBuffer) => new Int32Array(bytes),
  float32: (bytes: ArrayBuffer) => new Float32Array(bytes),
  float64: (bytes: ArrayBuffer) => new Float64Array(bytes),
} as const;

const ELEMENT_BYTES = { uint8: 1, int8: 1, int16: 2, int32: 4, float32: 4, float64: 8 } as const;

/** Any array of any type and rank 0 to 5, with any bit patterns in it, NaN payloads included. */
export const arbitraryArray: fc.Arbitrary<IdxArray> = fc
  .record({
    type: fc.constantFrom(...(Object.keys(CREATE) as (keyof typeof CREATE)[])),
    shape: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 5 }),
  })
  .chain(({ type, shape }) => {
    const length = shape.reduce((product, size) => product * size, 1) * ELEMENT_BYTES[type];
    return fc
      .uint8Array({ minLength: length, maxLength: length })
      .map((bytes) => ({ type, shape, data: CREATE[type](bytes.slice().buffer) }) as IdxArray);
  });

export function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
