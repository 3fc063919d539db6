import * as tf from '@tensorflow/tfjs-core';
import type { Examples, Rows } from '../examples.js';
import { Kept } from './kept-tensor.js';

/** What a block's products are made with. */
export interface BlockInputs {
  /** n x (features + 1): the scaled values, and a 1 for the bias. */
  readonly inputs: tf.Tensor2D;
  /**
   * Where it is there, `inputs` are not scaled yet, and the factors and results of their products are divided by these in their place, with
   * the same bits: (features + 1) x columns.
   */
  readonly divisors?: DivisorsFor | undefined;
  /** Makes (features + 1) x n: `inputs` transposed. */
  transpose(): tf.Tensor2D;
}

/**
 * Brings values to the device. Each device has its quickest way; a scaled value is the same float32 on all of them.
 *
 * @param divisors for values that are not scaled, if no more than one or two products are made of them: scaling takes longer then
 */
export type InputsOf = (
  examples: Examples,
  rows: Rows,
  divisors: Divisors | undefined,
) => BlockInputs;

export type DivisorsFor = (columns: number) => tf.Tensor2D;

/** Where the device takes floats alone: bytes become floats by the runtime's own copy, as a loop over them takes ten times as long. */
export const uploadedInputs: InputsOf = (examples, rows) => {
  const shape = shapeOf(examples, rows);
  const values = new Float32Array(shape[0] * shape[1]);
  writeRows(values, examples, rows, examples.scale);
  return transposable(tf.tidy(() => tf.div(tf.tensor2d(values, shape), examples.scale)));
};

/** The shape of the rows' inputs. */
export function shapeOf({ features }: Examples, { start, end }: Rows): [number, number] {
  return [end - start, features + 1];
}

/** Writes the rows one after the other, each with `last` at its end. */
export function writeRows(
  target: Float32Array | Uint8Array,
  { values, features }: Examples,
  rows: Rows,
  last: number,
): void {
  for (let i = 0; i < rows.end - rows.start; i++) {
    const row = rowAt(rows, i);
    const offset = i * (features + 1);
    target.set(values.subarray(row * features, (row + 1) * features), offset);
    target[offset + features] = last;
  }
}

/** The example at a position of the rows. */
export function rowAt({ start, order }: Rows, position: number): number {
  return order === undefined ? start + position : (order[start + position] as number);
}

export function transposable(inputs: tf.Tensor2D, divisors?: DivisorsFor): BlockInputs {
  return { inputs, divisors, transpose: () => tf.transpose(inputs) };
}

/**
 * Whether a product of unscaled bytes with weights that are divided by the scale has the bits of a product of scaled bytes with the
 * weights: a power of two changes no digit, and one of at least 1 makes no weight infinite.
 */
export function dividesExactly({ values, scale }: Examples): boolean {
  const isPower = 2 ** Math.round(Math.log2(scale)) === scale;
  return values instanceof Uint8Array && isPower && scale >= 1;
}

/** The scale for each feature and 1 for the bias, in each column. One such tensor is kept: all minibatches of a stream need the same. */
export class Divisors {
  private readonly kept = new Kept<tf.Tensor2D>();

  of({ features, scale }: Examples): DivisorsFor {
    return (columns) =>
      this.kept.get(`${features} ${columns} ${scale}`, () => {
        const values = new Float32Array((features + 1) * columns).fill(scale);
        values.fill(1, features * columns);
        return tf.tensor2d(values, [features + 1, columns]);
      });
  }

  drop(): void {
    this.kept.drop();
  }
}
