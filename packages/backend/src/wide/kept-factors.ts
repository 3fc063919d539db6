import * as tf from '@tensorflow/tfjs-core';

/** A tensor made from numbers, kept until other numbers are asked for. */
export class KeptFactors {
  private held: { readonly numbers: readonly number[]; readonly tensor: tf.Tensor2D } | undefined;

  get(numbers: readonly number[], make: () => tf.Tensor2D): tf.Tensor2D {
    if (!this.held?.numbers.every((number, i) => number === numbers[i])) {
      this.drop();
      this.held = { numbers, tensor: tf.keep(make()) };
    }
    return this.held.tensor;
  }

  drop(): void {
    this.held?.tensor.dispose();
    this.held = undefined;
  }
}
