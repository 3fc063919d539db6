/** Predictions of about the same confidence: the probability of the class that was predicted. */
export interface CalibrationBin {
  readonly count: number;
  /** How many of them were right. */
  readonly hits: number;
  /** Sum of their confidences. */
  readonly confidence: number;
}

/** As many as Guo, Pleiss, Sun and Weinberger (2017) take. */
const BINS = 15;

/**
 * Predictions by their confidence, in 15 bins of equal width: bin b has those above b / 15 and up to (b + 1) / 15.
 *
 * @param predictions the class of largest probability of each example
 * @param probabilities labels.length x classes, row-major
 */
export function calibrationBins(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  classes: number,
): CalibrationBin[] {
  const bins = Array.from({ length: BINS }, () => ({ count: 0, hits: 0, confidence: 0 }));
  for (let i = 0; i < labels.length; i++) {
    const prediction = predictions[i] as number;
    const confidence = probabilities[i * classes + prediction] as number;
    const place = Math.min(BINS, Math.max(1, Math.ceil(confidence * BINS))) - 1;
    const bin = bins[place] as (typeof bins)[number];
    bin.count += 1;
    bin.confidence += confidence;
    if (prediction === labels[i]) bin.hits += 1;
  }
  return bins;
}

/** Of two sets of examples, taken together. */
export function sumOfBins(
  a: readonly CalibrationBin[],
  b: readonly CalibrationBin[],
): CalibrationBin[] {
  return a.map(({ count, hits, confidence }, i) => ({
    count: count + (b[i]?.count ?? 0),
    hits: hits + (b[i]?.hits ?? 0),
    confidence: confidence + (b[i]?.confidence ?? 0),
  }));
}

/**
 * How far confidence is from the share of hits, 0 to 1: the mean over the bins of |hits - confidence|, each weighted by its predictions
 * (Naeini, Cooper and Hauskrecht 2015). NaN without any.
 */
export function expectedCalibrationError(bins: readonly CalibrationBin[]): number {
  const count = bins.reduce((sum, bin) => sum + bin.count, 0);
  const gaps = bins.reduce((sum, { hits, confidence }) => sum + Math.abs(hits - confidence), 0);
  return gaps / count;
}
