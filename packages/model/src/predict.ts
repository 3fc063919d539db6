import { ModelError } from './errors.js';
import type { SoftmaxRegression } from './softmax-regression.js';

export interface Prediction {
  /** The first class of largest probability. */
  readonly label: number;
  readonly className: string;
  /** P(Y = k | x) for each class, summing to 1. */
  readonly probabilities: Float64Array;
}

/**
 * Classifies images, in float64 and without an engine: for a few images that is the quickest way.
 *
 * @param images pixels 0 to 255: count x height x width, row-major
 * @throws ModelError MODEL_DATA_MISMATCH if the pixels are not those of whole images
 */
export function predict(model: SoftmaxRegression, images: Uint8Array): Prediction[] {
  const { features } = model.parameters;
  if (images.length % features !== 0) {
    throw new ModelError({
      code: 'MODEL_DATA_MISMATCH',
      subject: 'images',
      expected: `a multiple of ${features} pixels`,
      found: `${images.length}`,
    });
  }
  return Array.from({ length: images.length / features }, (_, i) =>
    predictOne(model, images.subarray(i * features, (i + 1) * features)),
  );
}

function predictOne(model: SoftmaxRegression, pixels: Uint8Array): Prediction {
  const probabilities = softmax(scoresOf(model, pixels));
  const label = argMax(probabilities);
  return { label, className: model.classNames[label] as string, probabilities };
}

function scoresOf({ parameters, pixelScale }: SoftmaxRegression, pixels: Uint8Array): Float64Array {
  const { classes, weights, bias } = parameters;
  const scores = Float64Array.from(bias);
  for (const [feature, pixel] of pixels.entries()) {
    if (pixel === 0) continue;
    const value = pixel / pixelScale;
    for (let k = 0; k < classes; k++) {
      scores[k] = (scores[k] as number) + value * (weights[feature * classes + k] as number);
    }
  }
  return scores;
}

/** Shifted by the largest score, so that no exponential overflows. */
function softmax(scores: Float64Array): Float64Array {
  const largest = scores.reduce((max, score) => Math.max(max, score), Number.NEGATIVE_INFINITY);
  const exponentials = scores.map((score) => Math.exp(score - largest));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}

/** The first index of the largest value. */
export function argMax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    if ((values[i] as number) > (values[best] as number)) best = i;
  }
  return best;
}
