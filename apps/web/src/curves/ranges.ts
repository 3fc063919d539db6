import type { Line } from './curve-history.js';

type Range = readonly [from: number, to: number];

const STEPS = [1, 2, 5];

/** The next of 5, 10, 20, 50, 100 and so on, so that the axis seldom changes. */
export function epochEnd(lines: readonly Line[]): number {
  const last = Math.max(0, ...lines.map(({ at }) => at.at(-1) ?? 0));
  for (let power = 1; ; power *= 10) {
    const end = STEPS.map((step) => step * power).find((limit) => limit >= Math.max(5, last));
    if (end !== undefined) return end;
  }
}

/** Of all finite values, with a little room, not below 0. */
export function valueRange(lines: readonly Line[]): Range {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const { values } of lines) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  }
  if (most < least) return [0, 1];
  const room = Math.max(0.05 * (most - least), 0.01 * most, 1e-6);
  return [Math.max(0, least - room), most + room];
}
