import { BackendError } from '../errors.js';
import type { Heap } from './heap.js';
import { PaddedParameters } from './padded-parameters.js';

/** What an update rule remembers, in the kernel's memory. */
export class SimdSlots {
  readonly held: readonly PaddedParameters[];
  private readonly features: number;
  private readonly classes: number;

  /**
   * @param vectors features x classes + classes numbers each
   * @throws BackendError BACKEND_INVALID_ARGUMENT, BACKEND_OUT_OF_MEMORY
   */
  constructor(heap: Heap, features: number, classes: number, vectors: readonly Float32Array[]) {
    this.features = features;
    this.classes = classes;
    const length = (features + 1) * classes;
    for (const [i, vector] of vectors.entries()) {
      if (vector.length === length) continue;
      throw new BackendError(
        'BACKEND_INVALID_ARGUMENT',
        `slot ${i}: expected ${length} numbers as the parameters have, found ${vector.length}`,
      );
    }
    const held: PaddedParameters[] = [];
    this.held = held;
    try {
      for (const vector of vectors) held.push(this.filled(heap, vector));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  read(): Float32Array[] {
    return this.held.map((slot) => {
      const { weights, bias } = slot.read();
      const vector = new Float32Array(weights.length + bias.length);
      vector.set(weights);
      vector.set(bias, weights.length);
      return vector;
    });
  }

  close(): void {
    for (const slot of this.held) slot.close();
  }

  private filled(heap: Heap, vector: Float32Array): PaddedParameters {
    const { features, classes } = this;
    const slot = new PaddedParameters(heap, features, classes);
    const split = features * classes;
    const parts = { weights: vector.subarray(0, split), bias: vector.subarray(split) };
    slot.write({ features, classes, ...parts }, 0);
    return slot;
  }
}
