import { ModelError } from './errors.js';
import { softmaxArithmetic } from './explain/softmax-arithmetic.js';
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
  const { label, probabilities } = softmaxArithmetic(model, pixels);
  return { label, className: model.classNames[label] as string, probabilities };
}
