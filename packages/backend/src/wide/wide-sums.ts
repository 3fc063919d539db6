import * as tf from '@tensorflow/tfjs-core';
import { CROSS_ENTROPY } from '../tfjs/native/cross-entropy.js';
import { scaledGradient, scoresOf, sum } from '../tfjs/sums.js';
import type { Block } from '../tfjs/tfjs-split.js';

export interface WideSums {
  /** Sums of the examples' negative log-likelihoods, for each model. */
  readonly losses: tf.Tensor1D;
  /** Sums of their gradients: (features + 1) x (models x classes). */
  readonly gradient: tf.Tensor2D;
}

/**
 * Over all examples of the blocks, for so many models side by side. The arithmetic of each is that of one alone: a row of scores is cut
 * into one row a model, so that the same kernels as there see rows of as many classes.
 *
 * @param weights (features + 1) x (models x classes)
 */
export function wideSums(blocks: readonly Block[], weights: tf.Tensor2D, models: number): WideSums {
  const sums = blocks.map((block) => sumsOfBlock(block, weights, models));
  return {
    losses: sum(sums.map(({ losses }) => losses)),
    gradient: sum(sums.map(({ gradient }) => gradient)),
  };
}

/** How many of the blocks' examples each model gets wrong. */
export function wideErrors(
  blocks: readonly Block[],
  weights: tf.Tensor2D,
  models: number,
): tf.Tensor1D {
  return sum(
    blocks.map((block) => {
      const predictions = tf.reshape(tf.argMax(rowsOf(block, weights, models), 1), [-1, models]);
      const wrong = tf.notEqual(predictions, tf.expandDims(block.labels, 1));
      return tf.sum<tf.Tensor1D>(tf.cast(wrong, 'float32'), 0);
    }),
  );
}

function sumsOfBlock(block: Block, weights: tf.Tensor2D, models: number): WideSums {
  const scores = rowsOf(block, weights, models);
  const isNative = tf.getKernel(CROSS_ENTROPY, tf.getBackend()) !== undefined;
  const { losses, residuals } = isNative
    ? nativeCrossEntropy(
        scores,
        tf.reshape(tf.tile(tf.expandDims(block.labels, 1), [1, models]), [-1]),
      )
    : crossEntropy(scores, tf.reshape(tf.tile(block.oneHot(), [1, models]), scores.shape));
  const wide = tf.reshape<tf.Rank.R2>(residuals, [-1, weights.shape[1]]);
  const product: tf.Tensor2D = isNative
    ? tf.matMul(block.inputs, wide, true)
    : tf.matMul(block.transposedInputs(), wide);
  return {
    losses: tf.sum(tf.reshape(losses, [-1, models]), 0),
    gradient: scaledGradient(block, product),
  };
}

/** (n x models) x classes: the scores of an example by one model after the other. */
function rowsOf(block: Block, weights: tf.Tensor2D, models: number): tf.Tensor2D {
  return tf.reshape(scoresOf(block, weights), [-1, weights.shape[1] / models]);
}

interface CrossEntropy {
  readonly losses: tf.Tensor1D;
  /** softmax(scores) - one-hot */
  readonly residuals: tf.Tensor2D;
}

/** As in tfjs/sums.ts: scores are shifted by their largest before exp. */
function crossEntropy(scores: tf.Tensor2D, oneHot: tf.Tensor2D): CrossEntropy {
  const shifted = tf.sub(scores, tf.max(scores, 1, true));
  const exponentials = tf.exp(shifted);
  const normalizers = tf.sum(exponentials, 1, true);
  return {
    losses: tf.sub(tf.log(tf.squeeze(normalizers, [1])), tf.sum(tf.mul(shifted, oneHot), 1)),
    residuals: tf.sub(tf.div(exponentials, normalizers), oneHot),
  };
}

function nativeCrossEntropy(scores: tf.Tensor2D, labels: tf.Tensor1D): CrossEntropy {
  const inputs = { scores, labels };
  const results: unknown = tf.engine().runKernel(CROSS_ENTROPY, inputs);
  const [losses, residuals] = results as [tf.Tensor1D, tf.Tensor2D];
  return { losses, residuals };
}
