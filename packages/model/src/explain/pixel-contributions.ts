import type { SoftmaxRegression } from '../softmax-regression.js';
import { checkClass, checkImage } from './softmax-arithmetic.js';

/** What a score, or the lead of one score over another, is the sum of. */
export interface Contributions {
  /** Of each pixel, row-major: weight x pixel / pixel scale. Dark pixels have none. */
  readonly pixels: Float64Array;
  readonly bias: number;
  /** The bias and then each pixel in its order, added up. */
  readonly sum: number;
}

/**
 * What each pixel adds to a class's score: exact, since the model is linear. The sum is the score of `softmaxArithmetic`, to the bit;
 * against another class it is the difference of both scores, to within rounding.
 *
 * @param image height x width pixels, row-major, 0 to 255; they need not be whole
 * @param against a class whose contributions are taken away from those of `label`; left away for none
 * @throws ModelError MODEL_DATA_MISMATCH for another number of pixels, or a class that the model does not have
 */
export function pixelContributions(
  model: SoftmaxRegression,
  image: ArrayLike<number>,
  label: number,
  against?: number,
): Contributions {
  checkImage(model, image);
  checkClass(model, label);
  if (against !== undefined) checkClass(model, against);
  const { classes, features, weights, bias } = model.parameters;
  const difference = (values: Float32Array, start: number) =>
    (values[start + label] as number) -
    (against === undefined ? 0 : (values[start + against] as number));
  const pixels = new Float64Array(features);
  let sum = difference(bias, 0);
  for (let feature = 0; feature < features; feature++) {
    const value = (image[feature] as number) / model.pixelScale;
    if (value === 0) continue;
    const contribution = value * difference(weights, feature * classes);
    pixels[feature] = contribution;
    sum += contribution;
  }
  return { pixels, bias: difference(bias, 0), sum };
}
