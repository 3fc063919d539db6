import * as tf from '@tensorflow/tfjs-core';
import type { DeviceModel, DeviceModelKind, Update } from './device-model.js';
import { Kept } from './kept-tensor.js';
import { composedSums, type SumsOfBlock, sumsOver } from './sums.js';
import type { Block } from './tfjs-split.js';

/** To scale the gradient, subtract it, and add the mean loss. */
const UPDATE_KERNELS = 4;

/** A step composed of operations that every backend of TensorFlow.js has: two matrix products and small kernels. */
export const composedModel = composedModelOf(composedSums, 13);

/** A model whose steps take loss and gradient from `sumsOfBlock`, in so many kernels. */
export function composedModelOf(sumsOfBlock: SumsOfBlock, kernels: number): DeviceModelKind {
  return {
    kernelsPerStep: kernels + UPDATE_KERNELS,
    create: () => new ComposedModel(sumsOfBlock),
  };
}

class ComposedModel implements DeviceModel {
  weights = tf.keep(tf.zeros<tf.Rank.R2>([1, 1]));
  runningLoss = tf.keep(tf.scalar(0));
  private readonly sumsOfBlock: SumsOfBlock;
  private readonly rate = new Kept<tf.Scalar>();
  private readonly decay = new Kept<tf.Tensor2D>();

  constructor(sumsOfBlock: SumsOfBlock) {
    this.sumsOfBlock = sumsOfBlock;
  }

  get shape(): [number, number] {
    return this.weights.shape;
  }

  writeWeights(values: Float32Array, shape: [number, number]): void {
    this.replace(tf.tensor2d(values, shape), this.runningLoss);
    this.decay.drop();
  }

  writeRunningLoss(value: number): void {
    this.replace(this.weights, tf.scalar(value));
  }

  step(blocks: readonly Block[], { rate, decay, examples }: Update): void {
    const { loss, gradient } = sumsOver(blocks, this.weights, this.sumsOfBlock);
    const decayed = decay === 1 ? this.weights : tf.mul(this.weights, this.decayColumn(decay));
    this.replace(
      tf.sub<tf.Tensor2D>(
        decayed,
        tf.mul(
          gradient,
          this.rate.get(rate, () => tf.scalar(rate)),
        ),
      ),
      tf.add<tf.Scalar>(this.runningLoss, tf.div(loss, examples)),
    );
  }

  dispose(): void {
    this.rate.drop();
    this.decay.drop();
    tf.dispose([this.weights, this.runningLoss]);
  }

  private replace(weights: tf.Tensor2D, runningLoss: tf.Scalar): void {
    if (weights !== this.weights) this.weights.dispose();
    if (runningLoss !== this.runningLoss) this.runningLoss.dispose();
    this.weights = tf.keep(weights);
    this.runningLoss = tf.keep(runningLoss);
  }

  /** `factor` for each feature and 1 for the bias, which no penalty touches. */
  private decayColumn(factor: number): tf.Tensor2D {
    return this.decay.get(factor, () => {
      const [inputs] = this.shape;
      const column = new Float32Array(inputs).fill(factor);
      column[inputs - 1] = 1;
      return tf.tensor2d(column, [inputs, 1]);
    });
  }
}
