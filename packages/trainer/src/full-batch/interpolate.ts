/** A place on a line: how far along it, and the function and its slope there. */
export interface OnLine {
  readonly length: number;
  readonly value: number;
  readonly slope: number;
}

/**
 * A length within a bracket, and not too near its ends: where the cubic through both has its minimum; or where the values differ by
 * rounding alone, where the slope is 0 if it changes evenly.
 */
export function between(low: OnLine, high: OnLine, noise: number): number {
  const isRounding = Math.abs(low.value - high.value) <= noise;
  const guess = isRounding ? secantZero(low, high) : cubicMinimum(low, high);
  const width = high.length - low.length;
  const share = (guess - low.length) / width;
  return low.length + width * (Number.isFinite(share) ? Math.min(0.9, Math.max(0.1, share)) : 0.5);
}

/** A length beyond the last place, where the function still falls: 1.1 to 4 times the last stride further. */
export function beyond(before: OnLine, last: OnLine): number {
  const stride = last.length - before.length;
  const guess = cubicMinimum(before, last);
  const [least, most] = [last.length + 1.1 * stride, last.length + 4 * stride];
  return guess > last.length ? Math.min(most, Math.max(least, guess)) : most;
}

/** Nocedal and Wright 3.59. NaN if the cubic has no minimum. */
function cubicMinimum(a: OnLine, b: OnLine): number {
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.length - b.length);
  const d2 = Math.sign(b.length - a.length) * Math.sqrt(d1 * d1 - a.slope * b.slope);
  const share = (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
  return b.length - (b.length - a.length) * share;
}

function secantZero(a: OnLine, b: OnLine): number {
  return a.length - (a.slope * (b.length - a.length)) / (b.slope - a.slope);
}
