import { BackendError } from './errors.js';

/** Feature vectors, each with its class: what an engine trains on and scores. */
export interface Examples {
  /** count x features, row-major. */
  readonly values: Uint8Array | Float32Array;
  /** An engine sees `values / scale`: 256 makes of a byte the tutorial's pixel, 0 to 255/256. */
  readonly scale: number;
  /** The class of each example: 0 to classes - 1. */
  readonly labels: Uint8Array;
  readonly count: number;
  readonly features: number;
  readonly classes: number;
}

/** Examples `start` to `end` (exclusive), counted in file order or, where there is one, along `order`. */
export interface Rows {
  readonly start: number;
  readonly end: number;
  /** A permutation of all examples. An engine may keep a copy, so a new order is a new array. */
  readonly order?: Int32Array | undefined;
}

/** @throws BackendError BACKEND_INVALID_ARGUMENT */
export function checkExamples({ values, scale, labels, count, features, classes }: Examples): void {
  if (values.length !== count * features || labels.length !== count || !(count * features > 0)) {
    throw new BackendError(
      'BACKEND_INVALID_ARGUMENT',
      `examples: expected ${count} x ${features} values and ${count} labels, ` +
        `found ${values.length} and ${labels.length}`,
    );
  }
  if (!(scale > 0 && Number.isFinite(scale))) {
    throw new BackendError(
      'BACKEND_INVALID_ARGUMENT',
      `examples: expected a scale above 0, found ${scale}`,
    );
  }
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong !== -1) {
    throw new BackendError(
      'BACKEND_INVALID_ARGUMENT',
      `examples: expected labels 0 to ${classes - 1}, found ${labels[wrong]} at position ${wrong}`,
    );
  }
}

/** @throws BackendError BACKEND_INVALID_ARGUMENT if the rows are none, or not all there */
export function checkRows({ start, end, order }: Rows, count: number): void {
  const whole = Number.isInteger(start) && Number.isInteger(end);
  if (!whole || start < 0 || end > count || start >= end) {
    throw new BackendError(
      'BACKEND_INVALID_ARGUMENT',
      `rows: expected a range within 0 to ${count}, found ${start} to ${end}`,
    );
  }
  if (order !== undefined && order.length !== count) {
    throw new BackendError(
      'BACKEND_INVALID_ARGUMENT',
      `rows: expected an order of ${count} examples, found ${order.length}`,
    );
  }
}
