import * as tf from '@tensorflow/tfjs-core';

/** A tensor made from what the key says, kept until another one is asked for. */
export class Kept<T extends tf.Tensor> {
  private held: { readonly key: number | string; readonly tensor: T } | undefined;

  get(key: number | string, make: () => T): T {
    if (this.held?.key !== key) {
      this.drop();
      this.held = { key, tensor: tf.keep(make()) };
    }
    return this.held.tensor;
  }

  drop(): void {
    this.held?.tensor.dispose();
    this.held = undefined;
  }
}
