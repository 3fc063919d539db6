import type { ErrorCount } from './metrics.js';

/**
 * How often the actual class was the most probable one, the second most, and so on: `ranks[0]` are the hits. Of equal probabilities the
 * first class counts as more probable, as in a prediction.
 */
export type Ranks = readonly number[];

/** @param probabilities labels.length x classes, row-major */
export function ranksOf(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  classes: number,
): Ranks {
  const ranks = new Array<number>(classes).fill(0);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    const own = probabilities[i * classes + label] as number;
    let rank = 0;
    for (let k = 0; k < classes; k++) {
      const other = probabilities[i * classes + k] as number;
      if (other > own || (other === own && k < label)) rank += 1;
    }
    ranks[rank] = (ranks[rank] as number) + 1;
  }
  return ranks;
}

/** Of two sets of examples, taken together. */
export function sumOfRanks(a: Ranks, b: Ranks): Ranks {
  return a.map((count, rank) => count + (b[rank] ?? 0));
}

/**
 * How many examples have their actual class not among the `k` most probable ones.
 *
 * @throws RangeError if `k` is not a whole number of 1 or more
 */
export function topErrors(ranks: Ranks, k: number): ErrorCount {
  if (!(Number.isInteger(k) && k >= 1)) {
    throw new RangeError(`expected a number of classes of 1 or more, found ${k}`);
  }
  const sum = (counts: Ranks) => counts.reduce((total, count) => total + count, 0);
  return { errors: sum(ranks.slice(k)), count: sum(ranks) };
}
