import * as tf from '@tensorflow/tfjs-core';
import type { DeviceModel, DeviceModelKind, Update } from '../device-model.js';
import type { Block } from '../tfjs-split.js';

/** The kernels of a step on one backend. */
interface FusedKernels {
  /** Programs that a step on one block runs. */
  readonly count: number;
  /** softmax(XW) - Y, and in the last column the examples' losses: examples x columns. */
  residuals(block: Block, state: tf.Tensor2D, attributes: { classes: number }): tf.Tensor2D;
  /** The next state: inputs x columns. */
  update(
    tensors: { inputs: tf.Tensor2D; residuals: tf.Tensor2D; state: tf.Tensor2D },
    attributes: { classes: number } & Update,
  ): tf.Tensor2D;
  /** The tally with 1 more for each example whose prediction is wrong: rows x 1. Left away where nothing is gained by it. */
  errors?(
    block: Block,
    state: tf.Tensor2D,
    tally: tf.Tensor2D,
    attributes: { classes: number },
  ): tf.Tensor2D;
}

/** A step of two or three kernels of our own. */
export function fusedModel(kernels: FusedKernels): DeviceModelKind {
  return { kernelsPerStep: kernels.count, create: () => new FusedModel(kernels) };
}

/**
 * Parameters and running loss are one tensor, the state, so that one kernel updates both: inputs x columns, first the weights, at the end of
 * the bias row the running loss, and above that the steps that it is of; what is between has no meaning. A block's residuals have the same
 * columns, and end in each example's loss. The bias input is 1, so the bias row of X'R ends in the sum of the losses.
 *
 * A state whose running loss is not finite stays as it is: to look at it here would cost more than the step.
 */
class FusedModel implements DeviceModel {
  shape: [inputs: number, classes: number] = [2, 1];
  private state = tf.keep(tf.zeros<tf.Rank.R2>([2, columnsFor(1)]));
  private readonly kernels: FusedKernels;

  constructor(kernels: FusedKernels) {
    this.kernels = kernels;
  }

  get weights(): tf.Tensor2D {
    return tf.slice(this.state, [0, 0], this.shape);
  }

  get runningLoss(): tf.Scalar {
    return this.lastOfRow(1);
  }

  get stepsTaken(): tf.Scalar {
    return this.lastOfRow(2);
  }

  writeWeights(values: Float32Array, shape: [inputs: number, classes: number]): void {
    this.replace(join(tf.tensor2d(values, shape), this.runningLoss, this.stepsTaken));
    this.shape = shape;
  }

  writeRunningLoss(value: number, steps: number): void {
    this.replace(join(this.weights, tf.scalar(value), tf.scalar(steps)));
  }

  step(blocks: readonly Block[], { decay, ...update }: Update): void {
    const [, classes] = this.shape;
    const steps = blocks.map((block) => ({
      inputs: block.inputs,
      residuals: this.kernels.residuals(block, this.state, { classes }),
    }));
    const next = steps.reduce((state, { inputs, residuals }, i) => {
      const attributes = { classes, ...update, decay: i === 0 ? decay : 1 };
      return this.kernels.update({ inputs, residuals, state }, attributes);
    }, this.state);
    this.replace(next);
  }

  countErrors(blocks: readonly Block[]): tf.Scalar | undefined {
    const { errors } = this.kernels;
    if (errors === undefined) return undefined;
    const [, classes] = this.shape;
    const rows = Math.max(...blocks.map(({ inputs }) => inputs.shape[0]));
    const tally = blocks.reduce(
      (counted, block) => errors(block, this.state, counted, { classes }),
      tf.zeros<tf.Rank.R2>([rows, 1]),
    );
    return tf.sum<tf.Scalar>(tally);
  }

  dispose(): void {
    this.state.dispose();
  }

  private lastOfRow(rowFromEnd: number): tf.Scalar {
    const [inputs, columns] = this.state.shape;
    return tf.reshape(tf.slice(this.state, [inputs - rowFromEnd, columns - 1], [1, 1]), []);
  }

  private replace(state: tf.Tensor2D): void {
    this.state.dispose();
    this.state = tf.keep(state);
  }
}

/** The classes and one for the running loss, in whole vectors of four. */
function columnsFor(classes: number): number {
  return 4 * Math.ceil((classes + 1) / 4);
}

function join(weights: tf.Tensor2D, runningLoss: tf.Scalar, steps: tf.Scalar): tf.Tensor2D {
  const [inputs, classes] = weights.shape;
  const rest = tf.pad(tf.reshape<tf.Rank.R2>(tf.stack([steps, runningLoss]), [2, 1]), [
    [inputs - 2, 0],
    [columnsFor(classes) - classes - 1, 0],
  ]);
  return tf.concat([weights, rest], 1);
}
