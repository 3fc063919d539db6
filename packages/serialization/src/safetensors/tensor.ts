/** The element types that we read and write; the format has more. */
export interface TensorArrays {
  F32: Float32Array;
  I32: Int32Array;
  U8: Uint8Array;
}

export type Dtype = keyof TensorArrays;

export type Tensor = {
  [D in Dtype]: {
    readonly dtype: D;
    /** Sizes of the dimensions, outermost first. */
    readonly shape: readonly number[];
    /** Row-major. */
    readonly data: TensorArrays[D];
  };
}[Dtype];

/** Bytes of an element. */
export const ELEMENT_BYTES: Readonly<Record<Dtype, number>> = { F32: 4, I32: 4, U8: 1 };

/** The most that a header may have: for a model it is hundreds of bytes, and all that grows with a run lies in arrays. */
export const MAX_HEADER_BYTES = 2 ** 16;

/** The name that holds a file's metadata, and so no tensor. */
export const METADATA_NAME = '__metadata__';

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

export function uint8(data: Uint8Array): Tensor {
  return { dtype: 'U8', shape: [data.length], data };
}

export function float32(shape: readonly number[], data: Float32Array): Tensor {
  return { dtype: 'F32', shape, data };
}

/** Whether a value is a list of sizes or offsets. */
export function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

/** Bytes of a tensor; beyond 2^53 not exact, but never a safe integer. */
export function tensorBytes(dtype: Dtype, shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, ELEMENT_BYTES[dtype]);
}

export function isDtype(value: unknown): value is Dtype {
  return typeof value === 'string' && Object.hasOwn(ELEMENT_BYTES, value);
}
