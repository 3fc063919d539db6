import * as tf from '@tensorflow/tfjs-core';
import type { LoadOptions, Split } from '../engine.js';
import { checkRows, type Examples, type Rows } from '../examples.js';
import { type BlockInputs, type InputsOf, rowAt, transposable } from './block-inputs.js';

/** Some examples on the device. */
export interface Block extends Pick<BlockInputs, 'inputs' | 'divisors'> {
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
  private readonly once: boolean;
  private readonly inputsOf: InputsOf;
  private readonly onClose: (split: TfjsSplit) => void;
  private blocks: ResidentBlock[] | undefined;

  constructor(
    examples: Examples,
    { minibatch = DEFAULT_BLOCK_ROWS, shuffled = false, once = false }: LoadOptions,
    inputsOf: InputsOf,
    onClose: (split: TfjsSplit) => void,
  ) {
    this.examples = examples;
    this.count = examples.count;
    this.features = examples.features;
    this.classes = examples.classes;
    this.blockRows = Math.min(minibatch, examples.count);
    this.once = once;
    this.inputsOf = inputsOf;
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
    return this.pieces({ start, end, order }).map(withTranspose);
  }

  private residentBlocks(): ResidentBlock[] {
    this.blocks ??= ownedBlocks(() => this.pieces({ start: 0, end: this.count }));
    return this.blocks;
  }

  /** Uploads the rows, no more than a minibatch at a time. */
  private pieces({ start, end, order }: Rows): BlockTensors[] {
    const pieces: BlockTensors[] = [];
    for (let from = start; from < end; from += this.blockRows) {
      const rows = { start: from, end: Math.min(from + this.blockRows, end), order };
      const inputs = this.inputsOf(this.examples, rows, this.once);
      pieces.push({ ...inputs, ...targetsOf(this.examples, rows) });
    }
    return pieces;
  }
}

type BlockTensors = BlockInputs & Omit<Block, 'transposedInputs'>;

/** A block that stays, and keeps its transpose once that was needed: a validation set never needs it. */
class ResidentBlock implements Block {
  readonly inputs: tf.Tensor2D;
  readonly divisors: tf.Tensor2D | undefined;
  readonly oneHot: tf.Tensor2D;
  readonly labels: tf.Tensor1D;
  private readonly transpose: () => tf.Tensor2D;
  private transposed: tf.Tensor2D | undefined;

  constructor({ inputs, divisors, oneHot, labels, transpose }: BlockTensors) {
    this.transpose = transpose;
    this.inputs = tf.keep(inputs);
    this.divisors = divisors && tf.keep(divisors);
    this.oneHot = tf.keep(oneHot);
    this.labels = tf.keep(labels);
  }

  get rows(): number {
    return this.labels.shape[0];
  }

  transposedInputs(): tf.Tensor2D {
    this.transposed ??= tf.keep(this.transpose());
    return this.transposed;
  }

  close(): void {
    tf.dispose([this.inputs, this.oneHot, this.labels]);
    this.divisors?.dispose();
    this.transposed?.dispose();
  }
}

/** Keeps what is made, all of it or, where that fails, nothing. */
function ownedBlocks(make: () => BlockTensors[]): ResidentBlock[] {
  let blocks: ResidentBlock[] = [];
  tf.tidy(() => {
    blocks = make().map((tensors) => new ResidentBlock(tensors));
  });
  return blocks;
}

function withTranspose({ transpose, ...block }: BlockTensors): Block {
  return { ...block, transposedInputs: transpose };
}

function targetsOf({ labels, classes }: Examples, rows: Rows): Pick<Block, 'oneHot' | 'labels'> {
  const count = rows.end - rows.start;
  const oneHot = new Float32Array(count * classes);
  const own = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const label = labels[rowAt(rows, i)] as number;
    oneHot[i * classes + label] = 1;
    own[i] = label;
  }
  return { oneHot: tf.tensor2d(oneHot, [count, classes]), labels: tf.tensor1d(own, 'int32') };
}

function cut({ inputs, divisors, oneHot, labels }: Block, start: number, size: number): Block {
  return withTranspose({
    ...transposable(tf.slice(inputs, [start, 0], [size, -1]), divisors),
    oneHot: tf.slice(oneHot, [start, 0], [size, -1]),
    labels: tf.slice(labels, start, size),
  });
}
