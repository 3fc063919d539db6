import * as tf from '@tensorflow/tfjs-core';
import type { LoadOptions, Split } from '../engine.js';
import { checkRows, type Examples, type Rows } from '../examples.js';

/** Some examples on the device. */
export interface Block {
  /** n x (features + 1): the scaled values, and a 1 for the bias. */
  readonly inputs: tf.Tensor2D;
  /** n x classes */
  readonly oneHot: tf.Tensor2D;
  /** n, int32 */
  readonly labels: tf.Tensor1D;
  /** (features + 1) x n: `inputs` transposed, for the gradient. */
  transposedInputs(): tf.Tensor2D;
}

const DEFAULT_BLOCK_ROWS = 1000;

/**
 * Examples on the device as one block a minibatch, so that a step in file order uses tensors that are already there. Other rows
 * cost a copy: a cut of a block for a range that is not a minibatch, an upload for rows along an order (on wasm a tenth of the
 * time that its gather takes).
 */
export class TfjsSplit implements Split {
  readonly count: number;
  readonly features: number;
  readonly classes: number;
  private readonly examples: Examples;
  private readonly blockRows: number;
  private readonly onClose: (split: TfjsSplit) => void;
  private blocks: ResidentBlock[] | undefined;

  constructor(
    examples: Examples,
    { minibatch = DEFAULT_BLOCK_ROWS, shuffled = false }: LoadOptions,
    onClose: (split: TfjsSplit) => void,
  ) {
    this.examples = examples;
    this.count = examples.count;
    this.features = examples.features;
    this.classes = examples.classes;
    this.blockRows = Math.min(minibatch, examples.count);
    this.onClose = onClose;
    if (!shuffled) this.residentBlocks();
  }

  /** The rows as blocks, each of no more than a minibatch. To be called within a tidy, which owns what is made anew. */
  blocksOf(rows: Rows): Block[] {
    checkRows(rows, this.count);
    return rows.order === undefined
      ? this.inFileOrder(rows.start, rows.end)
      : this.alongOrder(rows.start, rows.end, rows.order);
  }

  close(): void {
    for (const block of this.blocks ?? []) block.close();
    this.blocks = undefined;
    this.onClose(this);
  }

  private inFileOrder(start: number, end: number): Block[] {
    const first = Math.floor(start / this.blockRows);
    return this.residentBlocks()
      .slice(first, Math.ceil(end / this.blockRows))
      .map((block, position) => {
        const offset = (first + position) * this.blockRows;
        const from = Math.max(start - offset, 0);
        const to = Math.min(end - offset, block.rows);
        return from === 0 && to === block.rows ? block : cut(block, from, to - from);
      });
  }

  private alongOrder(start: number, end: number, order: Int32Array): Block[] {
    const blocks: Block[] = [];
    for (let from = start; from < end; from += this.blockRows) {
      const indices = order.subarray(from, Math.min(from + this.blockRows, end));
      blocks.push(
        withTranspose(upload(this.examples, indices.length, (i) => indices[i] as number)),
      );
    }
    return blocks;
  }

  private residentBlocks(): ResidentBlock[] {
    if (this.blocks === undefined) {
      this.blocks = [];
      for (let start = 0; start < this.count; start += this.blockRows) {
        const count = Math.min(this.blockRows, this.count - start);
        this.blocks.push(new ResidentBlock(upload(this.examples, count, (i) => start + i)));
      }
    }
    return this.blocks;
  }
}

interface BlockTensors extends Omit<Block, 'transposedInputs'> {
  /** The inputs once more where the device is this thread: what the tensor is made of, not a copy. */
  readonly values: Float32Array | undefined;
}

/** A block that stays, and keeps its transpose once that was needed: a validation set never needs it. */
class ResidentBlock implements Block {
  readonly inputs: tf.Tensor2D;
  readonly oneHot: tf.Tensor2D;
  readonly labels: tf.Tensor1D;
  readonly values: Float32Array | undefined;
  private transposed: tf.Tensor2D | undefined;

  constructor({ inputs, oneHot, labels, values }: BlockTensors) {
    this.values = values;
    this.inputs = tf.keep(inputs);
    this.oneHot = tf.keep(oneHot);
    this.labels = tf.keep(labels);
  }

  get rows(): number {
    return this.labels.shape[0];
  }

  transposedInputs(): tf.Tensor2D {
    this.transposed ??= tf.keep(transpose(this));
    return this.transposed;
  }

  close(): void {
    tf.dispose([this.inputs, this.oneHot, this.labels]);
    this.transposed?.dispose();
  }
}

function withTranspose(tensors: BlockTensors): Block {
  return { ...tensors, transposedInputs: () => transpose(tensors) };
}

function upload(examples: Examples, count: number, rowOf: (i: number) => number): BlockTensors {
  const { values, scale, features, classes } = examples;
  const inputs = new Float32Array(count * (features + 1));
  const oneHot = new Float32Array(count * classes);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const row = rowOf(i);
    inputs.set(values.subarray(row * features, (row + 1) * features), i * (features + 1));
    inputs[i * (features + 1) + features] = scale;
    const label = examples.labels[row] as number;
    oneHot[i * classes + label] = 1;
    labels[i] = label;
  }
  const isHere = tf.getBackend() === 'cpu';
  return {
    inputs: (isHere ? scaledHere : scaled)(inputs, scale, [count, features + 1]),
    values: isHere ? inputs : undefined,
    oneHot: tf.tensor2d(oneHot, [count, classes]),
    labels: tf.tensor1d(labels, 'int32'),
  };
}

/** Divided on the device: a loop over the values here takes ten times as long as all else. */
function scaled(values: Float32Array, scale: number, shape: [number, number]): tf.Tensor2D {
  return tf.tidy(() => tf.div(tf.tensor2d(values, shape), scale));
}

/** Where the device is this thread, its operations take longer than a loop. */
function scaledHere(values: Float32Array, scale: number, shape: [number, number]): tf.Tensor2D {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) / scale;
  return tf.tensor2d(values, shape);
}

/** Rows that are transposed at a time, so that what is written to stays in the cache. */
const TRANSPOSED_ROWS = 16;

function transpose({ inputs, values }: Pick<BlockTensors, 'inputs' | 'values'>): tf.Tensor2D {
  if (values === undefined) return tf.transpose(inputs);
  const [rows, columns] = inputs.shape;
  const result = new Float32Array(values.length);
  for (let first = 0; first < rows; first += TRANSPOSED_ROWS) {
    const end = Math.min(first + TRANSPOSED_ROWS, rows);
    for (let k = 0; k < columns; k++) {
      for (let i = first; i < end; i++) result[k * rows + i] = values[i * columns + k] as number;
    }
  }
  return tf.tensor2d(result, [columns, rows]);
}

function cut({ inputs, oneHot, labels }: Block, start: number, size: number): Block {
  return withTranspose({
    values: undefined,
    inputs: tf.slice(inputs, [start, 0], [size, -1]),
    oneHot: tf.slice(oneHot, [start, 0], [size, -1]),
    labels: tf.slice(labels, start, size),
  });
}
