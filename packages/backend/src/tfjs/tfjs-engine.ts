import * as tf from '@tensorflow/tfjs-core';
import type {
  BackendName,
  Engine,
  LoadOptions,
  LossAndGradient,
  RunningLoss,
  SgdStep,
  Split,
} from '../engine.js';
import { BackendError } from '../errors.js';
import { checkExamples, type Examples, type Rows } from '../examples.js';
import { checkParameters, type Parameters } from '../parameters.js';
import { type Block, TfjsSplit } from './tfjs-split.js';

/**
 * The engine on a TensorFlow.js backend.
 *
 * Weights and bias are one tensor of (features + 1) x classes, the bias its last row, since every input has a 1 at its end.
 * The gradient is written out, X' (softmax(XW) - Y) / n, rather than derived: that is two matrix products and a few kernels on
 * n x classes numbers. X' is a tensor of its own, since a product that transposes as it goes is many times slower on wasm.
 */
export class TfjsEngine implements Engine {
  readonly backend: BackendName;
  readonly description: string;
  readonly precision: Engine['precision'];
  private readonly splits = new Set<TfjsSplit>();
  private weights: tf.Tensor2D | undefined;
  private lossSum: tf.Scalar | undefined;
  private steps = 0;
  private readonly rate = new Kept<tf.Scalar>();
  private readonly decay = new Kept<tf.Tensor2D>();

  /** @param backend the name that TensorFlow.js knows the backend by as well; it must be ready */
  constructor(
    backend: BackendName,
    { description, precision }: Pick<Engine, 'description' | 'precision'>,
  ) {
    this.backend = backend;
    this.description = description;
    this.precision = precision;
  }

  async load(examples: Examples, options: LoadOptions = {}): Promise<Split> {
    checkExamples(examples);
    this.activate();
    const split = new TfjsSplit(examples, options, (closed) => this.splits.delete(closed));
    this.splits.add(split);
    return split;
  }

  step(split: Split, rows: Rows, { learningRate, l2 = 0 }: SgdStep): void {
    const { weights, lossSum } = this.ready();
    const [nextWeights, nextLossSum] = this.run(() => {
      const count = rows.end - rows.start;
      const { loss, gradient } = this.sumsOf(split, rows, weights);
      const rate = this.rate.get(learningRate / count, () => tf.scalar(learningRate / count));
      const decayed =
        l2 === 0 ? weights : tf.mul(weights, this.decayColumn(1 - learningRate * l2, weights));
      return [
        tf.sub<tf.Tensor2D>(decayed, tf.mul(gradient, rate)),
        tf.add<tf.Scalar>(lossSum, tf.div(loss, count)),
      ] as const;
    });
    tf.dispose([weights, lossSum]);
    this.weights = nextWeights;
    this.lossSum = nextLossSum;
    this.steps += 1;
  }

  async lossAndGradient(split: Split, rows: Rows): Promise<LossAndGradient> {
    const { weights } = this.ready();
    const count = rows.end - rows.start;
    const [loss, gradient] = this.run((): [tf.Scalar, tf.Tensor2D] => {
      const sums = this.sumsOf(split, rows, weights);
      return [tf.div<tf.Scalar>(sums.loss, count), tf.div<tf.Tensor2D>(sums.gradient, count)];
    });
    const values = await take(gradient);
    return {
      loss: (await take(loss))[0] as number,
      gradient: splitBias(values, gradient.shape),
    };
  }

  async countErrors(split: Split, rows: Rows): Promise<number> {
    const { weights } = this.ready();
    const errors = this.run(() =>
      sum(
        this.blocksOf(split, rows).map(({ inputs, labels }) => {
          const predictions = tf.argMax(tf.matMul(inputs, weights), 1);
          return tf.sum<tf.Scalar>(tf.cast(tf.notEqual(predictions, labels), 'float32'));
        }),
      ),
    );
    return (await take(errors))[0] as number;
  }

  async probabilities(split: Split, rows: Rows): Promise<Float32Array> {
    const { weights } = this.ready();
    const pieces = this.run(() =>
      this.blocksOf(split, rows).map((block) => tf.softmax(tf.matMul(block.inputs, weights))),
    );
    const result = new Float32Array((rows.end - rows.start) * split.classes);
    let offset = 0;
    for (const piece of pieces) {
      result.set(await take(piece), offset);
      offset += piece.size;
    }
    return result;
  }

  async readParameters(): Promise<Parameters> {
    const { weights } = this.ready();
    return splitBias((await weights.data()) as Float32Array, weights.shape);
  }

  async writeParameters(parameters: Parameters): Promise<void> {
    checkParameters(parameters);
    const { features, classes } = parameters;
    const joined = new Float32Array((features + 1) * classes);
    joined.set(parameters.weights);
    joined.set(parameters.bias, features * classes);
    this.activate();
    this.weights?.dispose();
    this.weights = tf.keep(tf.tensor2d(joined, [features + 1, classes]));
    this.decay.drop();
    this.lossSum ??= tf.keep(tf.scalar(0));
  }

  async readRunningLoss(): Promise<RunningLoss> {
    const { lossSum } = this.ready();
    return { sum: (await lossSum.data())[0] as number, steps: this.steps };
  }

  async writeRunningLoss({ sum: value, steps }: RunningLoss): Promise<void> {
    this.activate();
    this.lossSum?.dispose();
    this.lossSum = tf.keep(tf.scalar(value));
    this.steps = steps;
  }

  close(): void {
    for (const split of [...this.splits]) split.close();
    this.rate.drop();
    this.decay.drop();
    this.weights?.dispose();
    this.lossSum?.dispose();
    this.weights = undefined;
    this.lossSum = undefined;
  }

  private ready(): { weights: tf.Tensor2D; lossSum: tf.Scalar } {
    if (this.weights === undefined || this.lossSum === undefined) {
      throw new BackendError('BACKEND_NOT_READY', 'the engine has no parameters yet');
    }
    return { weights: this.weights, lossSum: this.lossSum };
  }

  private blocksOf(split: Split, rows: Rows): Block[] {
    if (!(split instanceof TfjsSplit) || !this.splits.has(split)) {
      throw new BackendError(
        'BACKEND_INVALID_ARGUMENT',
        'split: it is closed, or belongs to another engine',
      );
    }
    const [inputs, classes] = this.ready().weights.shape;
    if (split.features + 1 !== inputs || split.classes !== classes) {
      throw new BackendError(
        'BACKEND_INVALID_ARGUMENT',
        `split: expected ${inputs - 1} features and ${classes} classes as the parameters have, ` +
          `found ${split.features} and ${split.classes}`,
      );
    }
    return split.blocksOf(rows);
  }

  private sumsOf(split: Split, rows: Rows, weights: tf.Tensor2D): Sums {
    const blocks = this.blocksOf(split, rows).map((block) => sumsOver(block, weights));
    return {
      loss: sum(blocks.map(({ loss }) => loss)),
      gradient: sum(blocks.map(({ gradient }) => gradient)),
    };
  }

  /** `factor` for each feature and 1 for the bias, which no penalty touches. */
  private decayColumn(factor: number, { shape: [inputs] }: tf.Tensor2D): tf.Tensor2D {
    return this.decay.get(factor, () => {
      const column = new Float32Array(inputs).fill(factor);
      column[inputs - 1] = 1;
      return tf.tensor2d(column, [inputs, 1]);
    });
  }

  private run<T extends tf.TensorContainer>(work: () => T): T {
    this.activate();
    return tf.tidy(work);
  }

  /** TensorFlow.js has one active backend for the whole program. Switching between two that are ready is synchronous. */
  private activate(): void {
    if (tf.getBackend() !== this.backend) void tf.setBackend(this.backend);
  }
}

/** A tensor made from a number, kept until another number is asked for. */
class Kept<T extends tf.Tensor> {
  private held: { readonly key: number; readonly tensor: T } | undefined;

  get(key: number, make: () => T): T {
    if (this.held?.key !== key) {
      this.drop();
      this.held = { key, tensor: tf.keep(make()) };
    }
    return this.held.tensor;
  }

  drop(): void {
    this.held?.tensor.dispose();
    this.held = undefined;
  }
}

interface Sums {
  /** Sum of the examples' negative log-likelihoods. */
  readonly loss: tf.Scalar;
  /** Sum of their gradients: (features + 1) x classes. */
  readonly gradient: tf.Tensor2D;
}

/** Scores are shifted by their largest before exp, and the loss is log(sum of exp) less the label's score: both stay finite. */
function sumsOver(block: Block, weights: tf.Tensor2D): Sums {
  const scores = tf.matMul(block.inputs, weights);
  const shifted = tf.sub(scores, tf.max(scores, 1, true));
  const exponentials = tf.exp(shifted);
  const normalizers = tf.sum(exponentials, 1, true);
  const loss = tf.sub<tf.Scalar>(
    tf.sum(tf.log(normalizers)),
    tf.sum(tf.mul(shifted, block.oneHot)),
  );
  const residual = tf.sub<tf.Tensor2D>(tf.div(exponentials, normalizers), block.oneHot);
  return { loss, gradient: tf.matMul(block.transposedInputs(), residual) };
}

function sum<T extends tf.Tensor>(tensors: T[]): T {
  return tensors.reduce((total, tensor) => tf.add(total, tensor));
}

async function take(tensor: tf.Tensor): Promise<Float32Array> {
  try {
    return (await tensor.data()) as Float32Array;
  } finally {
    tensor.dispose();
  }
}

function splitBias(joined: Float32Array, [inputs, classes]: [number, number]): Parameters {
  const features = inputs - 1;
  return {
    features,
    classes,
    weights: joined.slice(0, features * classes),
    bias: joined.slice(features * classes),
  };
}
