import type { Parameters } from '@softreg/backend';
import { areFinite } from './are-finite.js';
import { ModelError } from './errors.js';

/**
 * A softmax regression for images: P(Y = k | x) = softmax(xW + b)[k], where x is an image's pixels divided by `pixelScale`.
 */
export interface SoftmaxRegression {
  readonly parameters: Parameters;
  readonly imageHeight: number;
  readonly imageWidth: number;
  /** One a class, in the order of the labels. */
  readonly classNames: readonly string[];
  /** What bytes are divided by before they meet the weights: 256 in the tutorial. */
  readonly pixelScale: number;
  /** How the model came to be: settings, data, versions. For people and tools to read; nothing here depends on it. */
  readonly receipt: Readonly<Record<string, string>>;
}

/**
 * Checks that the parts of a model fit each other: array lengths, features = height x width, one name a class, finite numbers.
 *
 * @returns the model itself
 * @throws ModelError MODEL_INVALID
 */
export function checkModel(model: SoftmaxRegression): SoftmaxRegression {
  const { parameters, imageHeight, imageWidth, classNames, pixelScale } = model;
  const { features, classes, weights, bias } = parameters;
  if (
    weights.length !== features * classes ||
    bias.length !== classes ||
    !(features * classes > 0)
  ) {
    throw invalid(
      'parameters',
      `${features} x ${classes} weights and ${classes} biases`,
      `${weights.length} and ${bias.length}`,
    );
  }
  for (const side of [imageHeight, imageWidth]) {
    if (!Number.isSafeInteger(side) || side < 1) {
      throw invalid('image sides', 'whole numbers of 1 or more', `${imageHeight} x ${imageWidth}`);
    }
  }
  const pixels = imageHeight * imageWidth;
  if (features !== pixels) {
    throw invalid(
      'weights',
      `${pixels} features for images of ${imageHeight} x ${imageWidth} pixels`,
      `${features}`,
    );
  }
  const wrongName = classNames.find((name) => typeof name !== 'string');
  if (wrongName !== undefined) throw invalid('class names', 'text', typeof wrongName);
  if (classes !== classNames.length) {
    throw invalid('class names', `${classes}, one a class`, `${classNames.length}`);
  }
  if (!(pixelScale > 0 && Number.isFinite(pixelScale))) {
    throw invalid('pixel scale', 'a number above 0', `${pixelScale}`);
  }
  if (!allFinite(parameters)) throw invalid('parameters', 'finite numbers', 'NaN or an infinity');
  return model;
}

/** Whether no parameter is NaN or infinite. */
export function allFinite({ weights, bias }: Parameters): boolean {
  return areFinite(weights) && areFinite(bias);
}

function invalid(subject: string, expected: string, found: string): ModelError {
  return new ModelError({ code: 'MODEL_INVALID', subject, expected, found });
}
