/**
 * The learning-rate range test: Smith, "Cyclical Learning Rates for Training Neural Networks", 2015 (arXiv 1506.01186), section 3.3,
 * and 2017; with the geometric rise and the smoothed loss that fastai made of it.
 */

/** A minibatch of a range test. */
export interface RangeTestPoint {
  /** From 0. */
  readonly step: number;
  readonly learningRate: number;
  /** Mean over the minibatch before the step, in nats. */
  readonly loss: number;
  /** The losses so far, averaged with weights that fall by `SMOOTHING` from each to the one before. */
  readonly smoothedLoss: number;
}

export interface LearningRateSuggestion {
  /** Where the smoothed loss falls fastest for a change of the logarithm of the learning rate: the one to take. */
  readonly steepest: number;
  /** A tenth of the learning rate of the lowest smoothed loss: a second opinion. */
  readonly tenthOfMinimum: number;
}

/** Share of the average kept at each step. */
const SMOOTHING = 0.9;

/** The test is over where the smoothed loss is more than this many times its lowest. */
const DIVERGED_AT = 4;

/** The first minibatches tell of the start, and the last of divergence. */
const [LEAD, TAIL] = [5, 1];

/** from x (to / from)^(step / (steps - 1)): `from` at step 0, `to` at the last one. */
export function rangeTestRate(from: number, to: number, steps: number, step: number): number {
  return step === steps - 1 ? to : from * (to / from) ** (step / (steps - 1));
}

/** What the exponential average has of each loss, with the correction for its start at 0 (Kingma and Ba 2015, section 3). */
export function smoothLosses(losses: readonly number[]): number[] {
  let average = 0;
  return losses.map((loss, i) => {
    average = SMOOTHING * average + (1 - SMOOTHING) * loss;
    return average / (1 - SMOOTHING ** (i + 1));
  });
}

/** Whether a test with these smoothed losses has gone far enough: the last is not finite, or more than 4 times the lowest. */
export function isRangeTestOver(smoothed: readonly number[]): boolean {
  const last = smoothed.at(-1);
  if (last === undefined) return false;
  return !Number.isFinite(last) || last > DIVERGED_AT * Math.min(...smoothed);
}

/**
 * What learning rate a range test speaks for; undefined if it has too few points, or its loss never fell. Points that are not finite,
 * the first 5 and the last one are left out.
 */
export function suggestLearningRate(
  points: readonly RangeTestPoint[],
): LearningRateSuggestion | undefined {
  const used = points
    .filter(({ smoothedLoss }) => Number.isFinite(smoothedLoss))
    .slice(LEAD, -TAIL);
  let steepest: RangeTestPoint | undefined;
  let least = 0;
  for (const [i, point] of used.entries()) {
    const [before, after] = [used[i - 1], used[i + 1]];
    if (before === undefined || after === undefined) continue;
    const rise = after.smoothedLoss - before.smoothedLoss;
    const slope = rise / Math.log(after.learningRate / before.learningRate);
    if (slope < least) [steepest, least] = [point, slope];
  }
  if (steepest === undefined) return undefined;
  const lowest = used.reduce((a, b) => (b.smoothedLoss < a.smoothedLoss ? b : a));
  return { steepest: steepest.learningRate, tenthOfMinimum: lowest.learningRate / 10 };
}
