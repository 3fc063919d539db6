import { BackendError } from './errors.js';

/** The parameters of a softmax regression, and of its gradient. */
export interface Parameters {
  readonly features: number;
  readonly classes: number;
  /** features x classes, row-major: the weights of one feature are neighbors. */
  readonly weights: Float32Array;
  /** classes */
  readonly bias: Float32Array;
}

/** Parameters that are all zero: where the tutorial starts. */
export function zeroParameters(features: number, classes: number): Parameters {
  return {
    features,
    classes,
    weights: new Float32Array(features * classes),
    bias: new Float32Array(classes),
  };
}

export function copyParameters({ features, classes, weights, bias }: Parameters): Parameters {
  return { features, classes, weights: weights.slice(), bias: bias.slice() };
}

/** @throws BackendError BACKEND_INVALID_ARGUMENT if the arrays do not have the lengths that features and classes say */
export function checkParameters({ features, classes, weights, bias }: Parameters): void {
  if (
    weights.length !== features * classes ||
    bias.length !== classes ||
    !(features * classes > 0)
  ) {
    throw new BackendError(
      'BACKEND_INVALID_ARGUMENT',
      `parameters: expected ${features} x ${classes} weights and ${classes} biases, ` +
        `found ${weights.length} and ${bias.length}`,
    );
  }
}
