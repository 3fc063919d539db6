import * as tf from '@tensorflow/tfjs-core';
import type { SgdStep } from '../engine.js';
import type { Block } from '../tfjs/tfjs-split.js';
import { type Pack, Slice } from './slice.js';
import { wideSums } from './wide-sums.js';

/**
 * One step of each of the slices on all examples of the blocks together, which changes all of them or, where it fails, none. To be called
 * within {@link WideDevice.run}.
 *
 * @param updates one for each slice
 * @returns their running losses, which are not to be disposed of
 */
export function wideStep(
  slices: readonly Slice[],
  blocks: readonly Block[],
  updates: readonly Required<SgdStep>[],
): tf.Tensor1D {
  const examples = blocks.reduce((count, { labels }) => count + labels.shape[0], 0);
  const pack = Slice.packed(slices);
  const sums = wideSums(blocks, pack.weights, slices.length);
  const moves = tf.mul(sums.gradient, rateRow(pack, updates, examples));
  const weights = tf.sub<tf.Tensor2D>(decayed(pack, updates), moves);
  const losses = tf.add<tf.Tensor1D>(pack.losses, tf.div(sums.losses, examples));
  pack.replaceWeights(weights);
  pack.replaceLosses(losses);
  return losses;
}

/** 1 x (models x classes): what a sum of gradients is multiplied by. */
function rateRow(pack: Pack, updates: readonly SgdStep[], examples: number): tf.Tensor2D {
  const rates = updates.map(({ learningRate }) => learningRate / examples);
  return pack.rates.get(rates.join(), () => rowOf(rates, pack.classes));
}

/** The weights after the penalty's part of the step, which no bias has. */
function decayed(pack: Pack, updates: readonly Required<SgdStep>[]): tf.Tensor2D {
  const { weights, classes } = pack;
  const decays = updates.map(({ learningRate, l2 }) => 1 - learningRate * l2);
  if (decays.every((decay) => decay === 1)) return weights;
  const factors = pack.decays.get(decays.join(), () => {
    const [inputs, columns] = weights.shape;
    const row = rowOf(decays, classes);
    return tf.concat([tf.tile(row, [inputs - 1, 1]), tf.ones([1, columns])], 0);
  });
  return tf.mul(weights, factors);
}

/** Each number once for each class. */
function rowOf(numbers: readonly number[], classes: number): tf.Tensor2D {
  const row = numbers.flatMap((number) => new Array<number>(classes).fill(number));
  return tf.tensor2d(row, [1, row.length]);
}
