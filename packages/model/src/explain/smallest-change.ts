import type { SoftmaxRegression } from '../softmax-regression.js';
import { type HalfSpace, nearestPoint } from './nearest-point.js';
import { checkClass, checkImage, softmaxArithmetic } from './softmax-arithmetic.js';

const BRIGHTEST = 255;
/** How far beyond the border between two classes, in gray levels: more where float64 cannot tell so little. */
const BEYOND = [1e-6, 1e-4, 1e-2];

/**
 * The image nearest to this one that the model takes for a class: of all images of height x width pixels within 0 to 255, not only whole
 * numbers, that of the smallest sum of squared changes. Up to a millionth of a gray level it is exact: the images of a class are those on
 * one side of each border to another class, and borders of a linear model are flat, so that this is a projection onto a convex
 * polytope (Boyd and Vandenberghe 2004, section 8.1.1).
 *
 * @param image height x width pixels, row-major, 0 to 255; they need not be whole
 * @param label the class that the changed image is to be of; where it is of it already nothing is changed
 * @returns pixels 0 to 255 for which `softmaxArithmetic` gives this label, or undefined where no image is of that class, or only some on the very border of another
 * @throws ModelError MODEL_DATA_MISMATCH for another number of pixels, or a class that the model does not have
 */
export function smallestChange(
  model: SoftmaxRegression,
  image: ArrayLike<number>,
  label: number,
): Float64Array | undefined {
  checkImage(model, image);
  checkClass(model, label);
  const from = Float64Array.from(image);
  const isOfClass = (pixels: Float64Array) => softmaxArithmetic(model, pixels).label === label;
  if (isOfClass(from)) return from;
  const sides = sidesOf(model, label);
  for (const beyond of BEYOND) {
    const limits = sides.map(({ normal, least }) => ({ normal, least: least + beyond }));
    const found = nearestPoint(from, limits, BRIGHTEST);
    if (found === undefined) return undefined;
    if (isOfClass(found)) return found;
  }
  return undefined;
}

/** For each other class the images of which the score of `label` is not the smaller one. */
function sidesOf({ parameters, pixelScale }: SoftmaxRegression, label: number): HalfSpace[] {
  const { features, classes, weights, bias } = parameters;
  const others = Array.from({ length: classes }, (_, k) => k).filter((k) => k !== label);
  return others.map((other) => {
    const normal = Float64Array.from({ length: features }, (_, feature) => {
      const row = feature * classes;
      return ((weights[row + label] as number) - (weights[row + other] as number)) / pixelScale;
    });
    const lead = (bias[label] as number) - (bias[other] as number);
    const length = Math.sqrt(normal.reduce((sum, value) => sum + value * value, 0));
    // Both classes have the same weights: the biases decide for all images alike.
    if (length === 0)
      return { normal, least: lead < 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY };
    return { normal: normal.map((value) => value / length), least: -lead / length };
  });
}
