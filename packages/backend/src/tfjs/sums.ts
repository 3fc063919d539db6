import * as tf from '@tensorflow/tfjs-core';
import type { Block } from './tfjs-split.js';

export interface Sums {
  /** Sum of the examples' negative log-likelihoods. */
  readonly loss: tf.Scalar;
  /** Sum of their gradients: (features + 1) x classes. */
  readonly gradient: tf.Tensor2D;
}

/** Over all examples of the blocks. */
export function sumsOver(blocks: readonly Block[], weights: tf.Tensor2D): Sums {
  const sums = blocks.map((block) => sumsOf(block, weights));
  return {
    loss: sum(sums.map(({ loss }) => loss)),
    gradient: sum(sums.map(({ gradient }) => gradient)),
  };
}

export function sum<T extends tf.Tensor>(tensors: readonly T[]): T {
  return tensors.reduce((total, tensor) => tf.add(total, tensor));
}

/** The scores XW of a block's examples: n x classes. */
export function scoresOf({ inputs, divisors }: Block, weights: tf.Tensor2D): tf.Tensor2D {
  return tf.matMul(
    inputs,
    divisors ? tf.div<tf.Tensor2D>(weights, divisors(weights.shape[1])) : weights,
  );
}

/** The gradient X'(softmax(XW) - Y), from a product with the block's inputs as they are. */
export function scaledGradient({ divisors }: Block, product: tf.Tensor2D): tf.Tensor2D {
  return divisors ? tf.div<tf.Tensor2D>(product, divisors(product.shape[1])) : product;
}

/**
 * The gradient is written out, X' (softmax(XW) - Y), rather than derived. Scores are shifted by their largest before exp, and the
 * loss is log(sum of exp) less the label's score: both stay finite.
 */
function sumsOf(block: Block, weights: tf.Tensor2D): Sums {
  const scores = scoresOf(block, weights);
  const oneHot = block.oneHot();
  const shifted = tf.sub(scores, tf.max(scores, 1, true));
  const exponentials = tf.exp(shifted);
  const normalizers = tf.sum(exponentials, 1, true);
  const loss = tf.sub<tf.Scalar>(tf.sum(tf.log(normalizers)), tf.sum(tf.mul(shifted, oneHot)));
  const residual = tf.sub<tf.Tensor2D>(tf.div(exponentials, normalizers), oneHot);
  return { loss, gradient: scaledGradient(block, tf.matMul(block.transposedInputs(), residual)) };
}
