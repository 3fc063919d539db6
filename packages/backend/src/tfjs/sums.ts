import * as tf from '@tensorflow/tfjs-core';
import type { Block } from './tfjs-split.js';

export interface Sums {
  /** Sum of the examples' negative log-likelihoods. */
  readonly loss: tf.Scalar;
  /** Sum of their gradients: (features + 1) x classes. */
  readonly gradient: tf.Tensor2D;
}

export type SumsOfBlock = (block: Block, weights: tf.Tensor2D) => Sums;

/** Over all examples of the blocks. */
export function sumsOver(
  blocks: readonly Block[],
  weights: tf.Tensor2D,
  sumsOfBlock: SumsOfBlock = composedSums,
): Sums {
  const sums = blocks.map((block) => sumsOfBlock(block, weights));
  return {
    loss: sum(sums.map(({ loss }) => loss)),
    gradient: sum(sums.map(({ gradient }) => gradient)),
  };
}

export function sum<T extends tf.Tensor>(tensors: readonly T[]): T {
  return tensors.reduce((total, tensor) => tf.add(total, tensor));
}

/**
 * The gradient is written out, X' (softmax(XW) - Y), rather than derived. Scores are shifted by their largest before exp, and the
 * loss is log(sum of exp) less the label's score: both stay finite.
 */
export function composedSums(block: Block, weights: tf.Tensor2D): Sums {
  const scores = tf.matMul(block.inputs, weights);
  const shifted = tf.sub(scores, tf.max(scores, 1, true));
  const exponentials = tf.exp(shifted);
  const normalizers = tf.sum(exponentials, 1, true);
  const loss = tf.sub<tf.Scalar>(
    tf.sum(tf.log(normalizers)),
    tf.sum(tf.mul(shifted, block.oneHot)),
  );
  const residual = tf.sub<tf.Tensor2D>(tf.div(exponentials, normalizers), block.oneHot);
  return { loss, gradient: tf.matMul(block.transposedInputs(), residual) };
}
