import * as tf from '@tensorflow/tfjs-core';
import type { Update } from './device-model.js';
import { decayColumn, type Held, heldModel, type Steps } from './held-model.js';
import { Kept } from './kept-tensor.js';
import { sumsOver } from './sums.js';
import type { Block } from './tfjs-split.js';

/** Steps composed of operations that every backend of TensorFlow.js has: two matrix products and small kernels. */
export const composedModel = heldModel(17, () => new ComposedSteps());

class ComposedSteps implements Steps {
  private readonly rate = new Kept<tf.Scalar>();
  private readonly decay = new Kept<tf.Tensor2D>();

  next({ weights, runningLoss }: Held, blocks: readonly Block[], update: Update): Held {
    const { rate, decay, examples } = update;
    const { loss, gradient } = sumsOver(blocks, weights);
    const change = tf.mul(
      gradient,
      this.rate.get(rate, () => tf.scalar(rate)),
    );
    return {
      weights: tf.sub(
        decay === 1 ? weights : tf.mul(weights, this.decayOf(decay, weights.shape)),
        change,
      ),
      runningLoss: tf.add(runningLoss, tf.div(loss, examples)),
    };
  }

  drop(): void {
    this.rate.drop();
    this.decay.drop();
  }

  private decayOf(decay: number, [inputs]: [number, number]): tf.Tensor2D {
    return this.decay.get(`${decay} ${inputs}`, () => decayColumn(decay, inputs));
  }
}
