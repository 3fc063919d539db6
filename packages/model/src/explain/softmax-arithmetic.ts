import { argMax } from '../arg-max.js';
import { ModelError } from '../errors.js';
import type { SoftmaxRegression } from '../softmax-regression.js';

/** How one image's probabilities come about; arrays have a number for each class. */
export interface SoftmaxArithmetic {
  /** xW + b. */
  readonly scores: Float64Array;
  readonly largestScore: number;
  /** exp(score - largest score), so that none overflows. */
  readonly exponentials: Float64Array;
  /** Of the exponentials. */
  readonly sum: number;
  /** P(Y = k | x) = exponential / sum. */
  readonly probabilities: Float64Array;
  /** The first class of largest probability. */
  readonly label: number;
}

/**
 * The steps from an image to its probabilities, in float64: those of `predict`, to the bit.
 *
 * @param image height x width pixels, row-major, 0 to 255; they need not be whole
 * @throws ModelError MODEL_DATA_MISMATCH if there are more or fewer pixels than the model's images have
 */
export function softmaxArithmetic(
  model: SoftmaxRegression,
  image: ArrayLike<number>,
): SoftmaxArithmetic {
  checkImage(model, image);
  const scores = scoresOf(model, image);
  const largestScore = scores.reduce(
    (max, score) => Math.max(max, score),
    Number.NEGATIVE_INFINITY,
  );
  const exponentials = scores.map((score) => Math.exp(score - largestScore));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  const probabilities = exponentials.map((value) => value / sum);
  return {
    scores,
    largestScore,
    exponentials,
    sum,
    probabilities,
    label: argMax(probabilities),
  };
}

/** @throws ModelError MODEL_DATA_MISMATCH */
export function checkImage({ parameters }: SoftmaxRegression, image: ArrayLike<number>): void {
  if (image.length === parameters.features) return;
  throw new ModelError({
    code: 'MODEL_DATA_MISMATCH',
    subject: 'image',
    expected: `${parameters.features} pixels`,
    found: `${image.length}`,
  });
}

/** @throws ModelError MODEL_DATA_MISMATCH */
export function checkClass({ parameters }: SoftmaxRegression, index: number): void {
  if (Number.isInteger(index) && index >= 0 && index < parameters.classes) return;
  throw new ModelError({
    code: 'MODEL_DATA_MISMATCH',
    subject: 'class',
    expected: `a whole number from 0 to ${parameters.classes - 1}`,
    found: `${index}`,
  });
}

function scoresOf(
  { parameters, pixelScale }: SoftmaxRegression,
  image: ArrayLike<number>,
): Float64Array {
  const { features, classes, weights, bias } = parameters;
  const scores = Float64Array.from(bias);
  for (let feature = 0; feature < features; feature++) {
    const pixel = image[feature] as number;
    if (pixel === 0) continue;
    const value = pixel / pixelScale;
    for (let k = 0; k < classes; k++) {
      scores[k] = (scores[k] as number) + value * (weights[feature * classes + k] as number);
    }
  }
  return scores;
}
