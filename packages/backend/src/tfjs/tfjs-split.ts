import * as tf from '@tensorflow/tfjs-core';
import type { LoadOptions, Split } from '../engine.js';
import { checkRows, type Examples, type Rows } from '../examples.js';
import {
  type BlockInputs,
  type Divisors,
  type InputsOf,
  rowAt,
  transposable,
} from './block-inputs.js';

/** Some examples on the device. */
export interface Block extends Pick<BlockInputs, 'inputs' | 'divisors'> {
  /** n, int32 */
  readonly labels: tf.Tensor1D;
  /** n x classes */
  oneHot(): tf.Tensor2D;
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
  private readonly divisors: Divisors | undefined;
  private readonly inputsOf: InputsOf;
  private readonly onClose: (split: TfjsSplit) => void;
  private blocks: ResidentBlock[] | undefined;

  constructor(
    examples: Examples,
    { minibatch = DEFAULT_BLOCK_ROWS, shuffled = false, once = false }: LoadOptions,
    inputsOf: InputsOf,
    divisors: Divisors,
    onClose: (split: TfjsSplit) => void,
  ) {
    this.examples = examples;
    this.count = examples.count;
    this.features = examples.features;
    this.classes = examples.classes;
    this.blockRows = Math.min(minibatch, examples.count);
    this.divisors = once ? divisors : undefined;
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
      const inputs = this.inputsOf(this.examples, rows, this.divisors);
      pieces.push({ ...inputs, ...targetsOf(this.examples, rows) });
    }
    return pieces;
  }
}

type BlockTensors = BlockInputs & Omit<Block, 'transposedInputs'>;

/** A block that stays, and keeps its transpose and its one-hot labels once they were needed: a validation set never needs the former. */
class ResidentBlock implements Block {
  readonly inputs: tf.Tensor2D;
  readonly divisors: Block['divisors'];
  readonly labels: tf.Tensor1D;
  private readonly tensors: BlockTensors;
  private transposed: tf.Tensor2D | undefined;
  private hot: tf.Tensor2D | undefined;

  constructor(tensors: BlockTensors) {
    this.tensors = tensors;
    this.inputs = tf.keep(tensors.inputs);
    this.divisors = tensors.divisors;
    this.labels = tf.keep(tensors.labels);
  }

  get rows(): number {
    return this.labels.shape[0];
  }

  transposedInputs(): tf.Tensor2D {
    this.transposed ??= tf.keep(this.tensors.transpose());
    return this.transposed;
  }

  oneHot(): tf.Tensor2D {
    this.hot ??= tf.keep(this.tensors.oneHot());
    return this.hot;
  }

  close(): void {
    tf.dispose([this.inputs, this.labels]);
    this.hot?.dispose();
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
  const own = new Int32Array(count);
  for (let i = 0; i < count; i++) own[i] = labels[rowAt(rows, i)] as number;
  const oneHot = () => {
    const values = new Float32Array(count * classes);
    own.forEach((label, i) => {
      values[i * classes + label] = 1;
    });
    return tf.tensor2d(values, [count, classes]);
  };
  return { labels: tf.tensor1d(own, 'int32'), oneHot };
}

function cut(block: Block, start: number, size: number): Block {
  return withTranspose({
    ...transposable(tf.slice(block.inputs, [start, 0], [size, -1]), block.divisors),
    oneHot: () => tf.slice(block.oneHot(), [start, 0], [size, -1]),
    labels: tf.slice(block.labels, start, size),
  });
}
