import type * as tf from '@tensorflow/tfjs-core';
import type { Block } from './tfjs-split.js';

/**
 * What an engine on TensorFlow.js trains: parameters and running loss, on the device, and how a step changes them. Everything but
 * `dispose` is to be called within a tidy, with the backend active.
 */
export interface DeviceModel {
  /** (features + 1) x classes: the bias is the last row, since every input has a 1 at its end. */
  readonly shape: [inputs: number, classes: number];
  readonly weights: tf.Tensor2D;
  readonly runningLoss: tf.Scalar;
  /** Steps until the running loss was no longer finite, where the device has taken none since; left away where it takes them all. */
  readonly stepsTaken?: tf.Scalar;
  /** Sets the parameters, of whatever shape, and leaves the running loss. */
  writeWeights(values: Float32Array, shape: [inputs: number, classes: number]): void;
  /** @param steps that its sum is of */
  writeRunningLoss(value: number, steps: number): void;
  /** How many examples of the blocks are predicted wrong, where the device has a way of its own to count them. */
  countErrors?(blocks: readonly Block[]): tf.Scalar | undefined;
  /** One step on all examples of the blocks together. */
  step(blocks: readonly Block[], update: Update): void;
  dispose(): void;
}

/** weights x decay - rate x (sum of the examples' gradients). */
export interface Update {
  /** Learning rate over the number of examples. */
  readonly rate: number;
  /** What the penalty leaves of a weight; the bias is never decayed. */
  readonly decay: number;
  /** Of all blocks together. */
  readonly examples: number;
  /** Steps that the running loss is of, with this one. */
  readonly steps: number;
}

export interface DeviceModelKind {
  /** Programs that a step on one block without a penalty runs on the device. */
  readonly kernelsPerStep: number;
  create(): DeviceModel;
}
