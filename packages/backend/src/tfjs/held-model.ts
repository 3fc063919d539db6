import * as tf from '@tensorflow/tfjs-core';
import type { DeviceModel, DeviceModelKind, Update } from './device-model.js';
import type { Block } from './tfjs-split.js';

/** What a model holds on the device. */
export interface Held {
  /** (features + 1) x classes */
  readonly weights: tf.Tensor2D;
  readonly runningLoss: tf.Scalar;
}

/** How a step changes it. */
export interface Steps {
  /** New tensors; the old ones stay as they are. */
  next(held: Held, blocks: readonly Block[], update: Update): Held;
  /** Frees what is kept from one step to the next. */
  drop(): void;
}

/** A model whose parameters and running loss are a tensor each. @param kernels of a step on one block without a penalty */
export function heldModel(kernels: number, steps: () => Steps): DeviceModelKind {
  return { kernelsPerStep: kernels, create: () => new HeldModel(steps()) };
}

class HeldModel implements DeviceModel {
  weights = tf.keep(tf.zeros<tf.Rank.R2>([1, 1]));
  runningLoss = tf.keep(tf.scalar(0));
  private readonly steps: Steps;

  constructor(steps: Steps) {
    this.steps = steps;
  }

  get shape(): [number, number] {
    return this.weights.shape;
  }

  writeWeights(values: Float32Array, shape: [number, number]): void {
    this.replace({ weights: tf.tensor2d(values, shape), runningLoss: this.runningLoss });
  }

  writeRunningLoss(value: number): void {
    this.replace({ weights: this.weights, runningLoss: tf.scalar(value) });
  }

  step(blocks: readonly Block[], update: Update): void {
    this.replace(this.steps.next(this, blocks, update));
  }

  dispose(): void {
    this.steps.drop();
    tf.dispose([this.weights, this.runningLoss]);
  }

  private replace({ weights, runningLoss }: Held): void {
    if (weights !== this.weights) this.weights.dispose();
    if (runningLoss !== this.runningLoss) this.runningLoss.dispose();
    this.weights = tf.keep(weights);
    this.runningLoss = tf.keep(runningLoss);
  }
}

/** `factor` for each feature and 1 for the bias, which no penalty touches: inputs x 1. */
export function decayColumn(factor: number, inputs: number): tf.Tensor2D {
  const column = new Float32Array(inputs).fill(factor);
  column[inputs - 1] = 1;
  return tf.tensor2d(column, [inputs, 1]);
}
