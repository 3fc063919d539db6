import { between, beyond, type OnLine } from './interpolate.js';

export interface LineSearchOptions {
  /** Tried first; above 0. */
  readonly first: number;
  /** c1: the decrease to reach, as a share of what the slope promises; above 0, below `curvature`. */
  readonly decrease: number;
  /** c2: the slope to reach, as a share of the first one; below 1. */
  readonly curvature: number;
  /** Differences of the function up to this are taken for rounding; 0 or more. */
  readonly noise: number;
  /** At most so many places are tried. */
  readonly places: number;
}

/**
 * Looks for a place where the strong Wolfe conditions hold: value <= first value + c1 x length x first slope, and |slope| <= c2 x
 * |first slope|. Brackets one and zooms in (Nocedal and Wright, Numerical Optimization, 2nd edition, algorithms 3.5 and 3.6).
 *
 * Where the function differs from its first value by rounding alone, the first condition says nothing. Slopes are known better: there
 * it is slope <= (1 - 2 c1) x |first slope|, which is the same for a parabola (Hager and Zhang 2005, approximate Wolfe conditions).
 *
 * @param at the function on the line; where it is not finite, that is taken for too far
 * @param origin of length 0, with a slope below 0
 * @returns the place; if too many were tried, the lowest that meets the first condition; undefined if none is lower than the origin
 */
export async function lineSearch<Place extends OnLine>(
  at: (length: number) => Promise<Place>,
  origin: OnLine,
  { first, decrease, curvature, noise, places }: LineSearchOptions,
): Promise<Place | undefined> {
  const isTooHigh = ({ length, value, slope }: OnLine) =>
    value > origin.value + decrease * length * origin.slope &&
    (value > origin.value + noise || slope > (2 * decrease - 1) * origin.slope);
  const isFlat = ({ slope }: OnLine) => Math.abs(slope) <= -curvature * origin.slope;
  let best: Place | undefined;
  let low = origin;
  let beforeLow = origin;
  let high: OnLine | undefined;
  let tooFar = Number.POSITIVE_INFINITY;
  let width = Number.POSITIVE_INFINITY;
  let length = first;
  for (let tried = 0; tried < places; tried++) {
    const place = await at(length);
    if (!Number.isFinite(place.value + place.slope)) {
      tooFar = length;
      length = low.length + (length - low.length) / 10;
      continue;
    }
    if (isTooHigh(place) || (best !== undefined && place.value > low.value + noise)) {
      high = place;
    } else {
      if (isFlat(place)) return place;
      const ahead = high === undefined ? 1 : high.length - low.length;
      if (place.slope * ahead >= 0) high = low;
      beforeLow = low;
      low = place;
      best = place;
    }
    if (high === undefined) {
      length = Math.min(beyond(beforeLow, low), (low.length + tooFar) / 2);
      continue;
    }
    const bracket = Math.abs(high.length - low.length);
    const isSlow = bracket > 0.66 * width;
    length = isSlow ? (low.length + high.length) / 2 : between(low, high, noise);
    width = bracket;
    if (length === low.length || length === high.length) break;
  }
  return best !== undefined && best.value < origin.value ? best : undefined;
}
