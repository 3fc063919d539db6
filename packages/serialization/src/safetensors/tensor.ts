/** The element types that we read and write; the format has more. */
export interface TensorArrays {
  F32: Float32Array;
  I32: Int32Array;
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

/** Bytes of an element; every type so far has 4. */
export const ELEMENT_BYTES = 4;

/** The name that holds a file's metadata, and so no tensor. */
export const METADATA_NAME = '__metadata__';

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

export function float32(shape: readonly number[], data: Float32Array): Tensor {
  return { dtype: 'F32', shape, data };
}

/** Whether a value is a list of sizes or offsets. */
export function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

/** Bytes of a tensor; beyond 2^53 not exact, but never a safe integer. */
export function tensorBytes(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, ELEMENT_BYTES);
}
