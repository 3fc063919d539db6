import type { ErrorCount } from '@softreg/model';

/** What the order of a sweep's settings is decided by. */
export interface Ranked {
  /** Place in the grid. */
  readonly setting: number;
  /** Of the best parameters; undefined for a setting without a result. */
  readonly validation: ErrorCount | undefined;
  readonly epochs: number;
}

/**
 * For `sort`, best first: by validation error rate, then by epochs, the fewer the better, then by place in the grid. Settings without a
 * result come last, in the grid's order. Test errors play no part: the best setting's would then be too good.
 */
export function compareRanked(a: Ranked, b: Ranked): number {
  if (a.validation === undefined || b.validation === undefined) {
    const missing = Number(a.validation === undefined) - Number(b.validation === undefined);
    return missing || a.setting - b.setting;
  }
  // Rates of different counts, without a division: they are equal where the fractions are.
  const [left, right] = [
    a.validation.errors * b.validation.count,
    b.validation.errors * a.validation.count,
  ];
  return left - right || a.epochs - b.epochs || a.setting - b.setting;
}
