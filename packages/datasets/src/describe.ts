import type { IdxArray } from '@softreg/idx';

export interface IdxSummary {
  readonly type: string;
  readonly shape: readonly number[];
  readonly elements: number;
  /** Undefined where there are no elements; NaN, like `max` and `mean`, where one of them is NaN. */
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly mean: number | undefined;
  /** Share of elements that are exactly zero, 0 to 1. */
  readonly zeros: number | undefined;
  /** How often each value occurs, for a byte vector: what a label file holds. Values that do not occur are left out. */
  readonly counts?: readonly { readonly value: number; readonly count: number }[];
}

/** Figures that tell what an IDX array holds. */
export function describeIdx({ type, shape, data }: IdxArray): IdxSummary {
  let min: number | undefined;
  let max: number | undefined;
  let sum = 0;
  let zeros = 0;
  for (const value of data) {
    min = min === undefined ? value : Math.min(min, value);
    max = max === undefined ? value : Math.max(max, value);
    sum += value;
    if (value === 0) zeros += 1;
  }
  const elements = data.length;
  const summary = {
    type,
    shape,
    elements,
    min,
    max,
    mean: elements === 0 ? undefined : sum / elements,
    zeros: elements === 0 ? undefined : zeros / elements,
  };
  if (type !== 'uint8' || shape.length !== 1) return summary;
  const counts = new Array<number>(256).fill(0);
  for (const value of data) counts[value] = (counts[value] ?? 0) + 1;
  return {
    ...summary,
    counts: counts.map((count, value) => ({ value, count })).filter(({ count }) => count > 0),
  };
}
