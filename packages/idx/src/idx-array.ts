import type { IdxArrays, IdxType } from './element-types.js';

/** An array of any rank, row-major, as an IDX file holds it. */
export type IdxArray = { [T in IdxType]: IdxArrayOf<T> }[IdxType];

export interface IdxArrayOf<T extends IdxType> {
  readonly type: T;
  /** Sizes of the dimensions, outermost first. The number of elements is their product; 1 for an empty shape. */
  readonly shape: readonly number[];
  readonly data: IdxArrays[T];
}
