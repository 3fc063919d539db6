/** Weights as the sum of two, to the bit. Arrays are features x classes, row-major. */
export interface SplitWeights {
  /** Multiples of one power of two, so large that float32 sums them over any image of bytes without rounding. */
  readonly coarse: Float32Array;
  /** What is left: at most half of that power of two. */
  readonly fine: Float32Array;
}

const HIGHEST_BYTE = 255;
/** float32 holds all whole numbers up to this. */
const MOST_UNITS = 2 ** 24;
/** Products of units below this could have fewer digits than others. */
const LEAST_UNIT = 2 ** -100;
const MOST = 2 ** 120;

/**
 * Splits weights so that scores of bytes come out nearly as they do in float64, whatever program computes them in float32, in whatever order:
 * the sum of the large parts is exact, and the rounding of the small ones is small beside it. Ozaki, Ogita, Oishi and Rump 2012,
 * "Error-free transformations of matrix multiplication by using fast routines of matrix multiplication and its applications".
 *
 * Where float32 has no room for that (weights of nearly its largest or its smallest numbers), all is in `fine`.
 *
 * @param weights features x classes, row-major; finite
 */
export function splitWeights(weights: Float32Array, classes: number): SplitWeights {
  const unit = unitFor(weights, classes);
  const coarse = weights.map((weight) =>
    unit === undefined ? 0 * weight : Math.round(weight / unit) * unit,
  );
  // A negative zero is the sum of two of them alone.
  const fine = weights.map((weight, i) => (weight === 0 ? weight : weight - (coarse[i] as number)));
  return { coarse, fine };
}

/** The least power of two with which no sum of a class needs more units than float32 tells apart. */
function unitFor(weights: Float32Array, classes: number): number | undefined {
  const total = largestSum(weights, classes, Math.abs);
  if (total === 0 || total * HIGHEST_BYTE > MOST) return undefined;
  let unit = 2 ** Math.floor(Math.log2((total * HIGHEST_BYTE) / MOST_UNITS));
  const units = (weight: number) => Math.abs(Math.round(weight / unit));
  while (largestSum(weights, classes, units) * HIGHEST_BYTE > MOST_UNITS) unit *= 2;
  return unit < LEAST_UNIT ? undefined : unit;
}

/** Of each class one sum, of all its weights. */
function largestSum(
  weights: Float32Array,
  classes: number,
  of: (weight: number) => number,
): number {
  const sums = new Float64Array(classes);
  weights.forEach((weight, i) => {
    const k = i % classes;
    sums[k] = (sums[k] as number) + of(weight);
  });
  return sums.reduce((most, sum) => Math.max(most, sum), 0);
}
