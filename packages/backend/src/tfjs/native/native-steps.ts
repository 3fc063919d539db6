import * as tf from '@tensorflow/tfjs-core';
import type { Update } from '../device-model.js';
import { decayColumn, type Held, type Steps } from '../held-model.js';
import { Kept } from '../kept-tensor.js';
import type { Block } from '../tfjs-split.js';
import { CROSS_ENTROPY, crossEntropyAttributes } from './cross-entropy.js';
import { attributesOf, natively, type Operations } from './library.js';

/** Two products, cross-entropy and its sum; the update, and the mean loss. */
export const NATIVE_STEP_KERNELS = 8;

/** As TensorFlow.js calls it: `MatMul` sums in another order. */
const PRODUCT = 'BatchMatMulV2';

/** What a step does with a block. */
interface Sums {
  readonly loss: number;
  /** As the product with the block's inputs is, not scaled. */
  readonly gradient: number;
}

/** Steps in operations of TensorFlow's C library. The numbers are those of `ComposedSteps`, but for the last digits of cross-entropy. */
export class NativeSteps implements Steps {
  private readonly product = attributesOf({ adj_x: false, adj_y: false, T: 'FLOAT' });
  private readonly transposedProduct = attributesOf({ adj_x: true, adj_y: false, T: 'FLOAT' });
  private readonly crossEntropy = crossEntropyAttributes();
  private readonly sum = attributesOf({ keep_dims: false, Tidx: 'INT32', T: 'FLOAT' });
  private readonly floats = attributesOf({ T: 'FLOAT' });
  private readonly axis = new Kept<tf.Tensor1D>();
  private readonly count = new Kept<tf.Scalar>();
  private readonly rate = new Kept<tf.Tensor>();
  private readonly decay = new Kept<tf.Tensor2D>();

  next(held: Held, blocks: readonly Block[], { rate, decay, examples }: Update): Held {
    const [{ divisors }] = blocks as [Block];
    const scale = divisors?.(held.weights.shape[1]);
    const [weights, runningLoss] = natively((operations) => {
      const { run, idOf } = operations;
      const before = idOf(held.weights);
      const factors = scale ? run('RealDiv', this.floats, before, idOf(scale)) : before;
      const { loss, gradient } = blocks
        .map((block) => this.sumsOf(block, factors, operations))
        .reduce((a, b) => ({
          loss: run('AddV2', this.floats, a.loss, b.loss),
          gradient: run('AddV2', this.floats, a.gradient, b.gradient),
        }));
      const change = run('Mul', this.floats, gradient, idOf(this.rateFor(rate, scale)));
      const decayed =
        decay === 1
          ? before
          : run('Mul', this.floats, before, idOf(this.decayOf(decay, held.weights.shape)));
      const mean = run('RealDiv', this.floats, loss, idOf(this.countOf(examples)));
      return [
        run('Sub', this.floats, decayed, change),
        run('AddV2', this.floats, idOf(held.runningLoss), mean),
      ];
    });
    return { weights: weights as tf.Tensor2D, runningLoss: runningLoss as tf.Scalar };
  }

  drop(): void {
    for (const kept of [this.axis, this.count, this.rate, this.decay]) kept.drop();
  }

  private sumsOf(
    { inputs, labels }: Block,
    factors: number,
    { run, runForTwo, idOf }: Operations,
  ): Sums {
    const values = idOf(inputs);
    const scores = run(PRODUCT, this.product, values, factors);
    const [losses, residuals] = runForTwo(CROSS_ENTROPY, this.crossEntropy, scores, idOf(labels));
    const axis = this.axis.get(0, () => tf.tensor1d([0], 'int32'));
    return {
      loss: run('Sum', this.sum, losses, idOf(axis)),
      gradient: run(PRODUCT, this.transposedProduct, values, residuals),
    };
  }

  /** The learning rate, and where the gradient is yet to be scaled, by what: both at once, as it is a power of two. */
  private rateFor(rate: number, scale: tf.Tensor2D | undefined): tf.Tensor {
    return this.rate.get(`${rate} ${scale?.id}`, () =>
      scale ? tf.div(tf.scalar(rate), scale) : tf.scalar(rate),
    );
  }

  private decayOf(decay: number, [inputs]: [number, number]): tf.Tensor2D {
    return this.decay.get(`${decay} ${inputs}`, () => decayColumn(decay, inputs));
  }

  private countOf(examples: number): tf.Scalar {
    return this.count.get(examples, () => tf.scalar(examples));
  }
}
