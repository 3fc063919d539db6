import type { Parameters } from '../parameters.js';
import type { Heap } from './heap.js';

/** Parameters or a gradient as the kernel sees them: features + 1 rows, the last of which is the bias, padded to whole vectors of 4. */
export class PaddedParameters {
  readonly features: number;
  readonly classes: number;
  readonly at: number;
  readonly bytes: number;
  private readonly heap: Heap;

  /** @throws BackendError BACKEND_OUT_OF_MEMORY */
  constructor(heap: Heap, features: number, classes: number) {
    this.heap = heap;
    this.features = features;
    this.classes = classes;
    this.bytes = 4 * (features + 1) * paddedLength(classes);
    this.at = heap.allocate(this.bytes);
  }

  /** @param padding of the bias: minus infinity makes for a probability of 0. That of weights is 0. */
  write({ weights, bias }: Parameters, padding = Number.NEGATIVE_INFINITY): void {
    const { features, classes } = this;
    const length = paddedLength(classes);
    const rows = this.floats().fill(0);
    for (let feature = 0; feature < features; feature++) {
      rows.set(weights.subarray(feature * classes, (feature + 1) * classes), feature * length);
    }
    rows.fill(padding, features * length);
    rows.set(bias, features * length);
  }

  read(): Parameters {
    const { features, classes } = this;
    const rows = withoutPadding(this.floats(), features + 1, classes);
    const weights = rows.slice(0, features * classes);
    return { features, classes, weights, bias: rows.slice(features * classes) };
  }

  close(): void {
    this.heap.free(this.at);
  }

  private floats(): Float32Array {
    return new Float32Array(this.heap.memory.buffer, this.at, this.bytes / 4);
  }
}

/** Floats that a row of so many classes takes. */
export function paddedLength(classes: number): number {
  return 4 * Math.ceil(classes / 4);
}

/** A copy of the first `count` rows: count x classes. */
export function withoutPadding(padded: Float32Array, count: number, classes: number): Float32Array {
  const length = paddedLength(classes);
  const result = new Float32Array(count * classes);
  for (let i = 0; i < count; i++) {
    result.set(padded.subarray(i * length, i * length + classes), i * classes);
  }
  return result;
}
