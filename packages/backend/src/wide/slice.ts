import * as tf from '@tensorflow/tfjs-core';
import { Kept } from '../tfjs/kept-tensor.js';

/** The parameters and the running loss of one model, in the columns of a pack. All is to be called within {@link WideDevice.run}. */
export class Slice {
  private pack: Pack | undefined;
  private index = 0;

  constructor() {
    this.moveTo(new Pack(tf.zeros([1, 1]), tf.zeros([1]), 1), 0);
  }

  get isOpen(): boolean {
    return this.pack !== undefined;
  }

  /** (features + 1) x classes: the bias is the last row. */
  get weights(): tf.Tensor2D {
    const { weights, classes } = this.own();
    return tf.slice(weights, [0, this.index * classes], [-1, classes]);
  }

  get runningLoss(): tf.Scalar {
    return tf.reshape(tf.slice(this.own().losses, this.index, 1), []);
  }

  get shape(): [inputs: number, classes: number] {
    const { weights, classes } = this.own();
    return [weights.shape[0], classes];
  }

  /** Sets the parameters, of whatever shape, and leaves the running loss. */
  writeWeights(values: Float32Array, shape: [inputs: number, classes: number]): void {
    const losses = tf.reshape<tf.Rank.R1>(this.runningLoss, [1]);
    this.moveTo(new Pack(tf.tensor2d(values, shape), losses, shape[1]), 0);
  }

  writeRunningLoss(value: number): void {
    const { losses, width } = this.own();
    const [before, after] = [this.index, width - this.index - 1];
    this.own().replaceLosses(
      tf.concat([
        ...(before > 0 ? [tf.slice(losses, 0, before)] : []),
        tf.tensor1d([value]),
        ...(after > 0 ? [tf.slice(losses, this.index + 1, after)] : []),
      ]),
    );
  }

  dispose(): void {
    this.pack?.leave();
    this.pack = undefined;
  }

  /** The pack that has these slices in this order and no others; undefined if there is none. */
  static packOf(slices: readonly Slice[]): Pack | undefined {
    const pack = slices[0]?.pack;
    const inOrder = slices.every((slice, i) => slice.pack === pack && slice.index === i);
    return pack?.width === slices.length && inOrder ? pack : undefined;
  }

  /** As {@link packOf}; where there is none one is made, which the slices move to. */
  static packed(slices: readonly Slice[]): Pack {
    const there = Slice.packOf(slices);
    if (there) return there;
    const losses = slices.map(({ runningLoss }) => tf.reshape<tf.Rank.R1>(runningLoss, [1]));
    const classes = slices[0]?.own().classes ?? 1;
    const pack = new Pack(joinedWeights(slices), tf.concat(losses), classes);
    slices.forEach((slice, i) => {
      slice.moveTo(pack, i);
    });
    return pack;
  }

  private own(): Pack {
    if (this.pack === undefined) throw new Error('the slice is disposed of');
    return this.pack;
  }

  private moveTo(pack: Pack, index: number): void {
    this.pack?.leave();
    this.pack = pack;
    this.index = index;
    pack.join();
  }
}

/** (features + 1) x (models x classes): the weights of the slices, which have the same shape, side by side. */
export function joinedWeights(slices: readonly Slice[]): tf.Tensor2D {
  return (
    Slice.packOf(slices)?.weights ??
    tf.concat(
      slices.map(({ weights }) => weights),
      1,
    )
  );
}

/** Models of one shape, side by side on the device, where they stay until the last one has left. */
export class Pack {
  readonly classes: number;
  /** Of a step. */
  readonly rates = new Kept<tf.Tensor2D>();
  readonly decays = new Kept<tf.Tensor2D>();
  private heldWeights: tf.Tensor2D;
  private heldLosses: tf.Tensor1D;
  /** Models that are here; the columns of others are left behind. */
  private members = 0;

  constructor(weights: tf.Tensor2D, losses: tf.Tensor1D, classes: number) {
    this.classes = classes;
    this.heldWeights = tf.keep(weights);
    this.heldLosses = tf.keep(losses);
  }

  /** (features + 1) x (width x classes) */
  get weights(): tf.Tensor2D {
    return this.heldWeights;
  }

  /** width */
  get losses(): tf.Tensor1D {
    return this.heldLosses;
  }

  get width(): number {
    return this.heldLosses.shape[0];
  }

  replaceWeights(weights: tf.Tensor2D): void {
    this.heldWeights.dispose();
    this.heldWeights = tf.keep(weights);
  }

  replaceLosses(losses: tf.Tensor1D): void {
    this.heldLosses.dispose();
    this.heldLosses = tf.keep(losses);
  }

  join(): void {
    this.members += 1;
  }

  leave(): void {
    this.members -= 1;
    if (this.members > 0) return;
    this.rates.drop();
    this.decays.drop();
    tf.dispose([this.heldWeights, this.heldLosses]);
  }
}
