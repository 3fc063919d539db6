import * as tf from '@tensorflow/tfjs-core';
import type {
  BackendName,
  Engine,
  LoadOptions,
  LossAndGradient,
  RunningLoss,
  SgdStep,
  Split,
  StepResult,
} from '../engine.js';
import { BackendError } from '../errors.js';
import { checkExamples, type Examples, type Rows } from '../examples.js';
import { checkParameters, type Parameters } from '../parameters.js';
import { turn } from '../turn.js';
import { Divisors, type InputsOf, uploadedInputs } from './block-inputs.js';
import { composedModel } from './composed-steps.js';
import type { DeviceModel, DeviceModelKind } from './device-model.js';
import { scoresOf, sum, sumsOver } from './sums.js';
import { type Block, TfjsSplit } from './tfjs-split.js';

export interface TfjsDevice {
  readonly description: string;
  readonly device: string;
  readonly precision: Engine['precision'];
  /** The name that TensorFlow.js knows the backend by, where it is not ours. It must be ready. */
  readonly tfjsName?: string;
  /** How steps are taken; default: composed of TensorFlow.js's own operations. */
  readonly model?: DeviceModelKind;
  /** How examples get there; default: as floats. */
  readonly inputsOf?: InputsOf;
  /** Whether each step looks at its loss: where that costs little beside it. Elsewhere the model is to stay as it is once its loss is not finite. */
  readonly looksAtLoss?: boolean;
  /** Why the device is lost, undefined as long as it is not: asked before each use. Left away for a device that cannot be lost. */
  readonly whyLost?: () => string | undefined;
}

const LOSS_POLL_MS = 20;

/** The engine on a TensorFlow.js backend. */
export class TfjsEngine implements Engine {
  readonly backend: BackendName;
  readonly description: string;
  readonly device: string;
  readonly precision: Engine['precision'];
  readonly kernelsPerStep: number;
  private readonly tfjsName: string;
  private readonly kind: DeviceModelKind;
  private readonly inputsOf: InputsOf;
  private readonly looksAtLoss: boolean;
  private readonly whyLost: (() => string | undefined) | undefined;
  private readonly splits = new Set<TfjsSplit>();
  private readonly divisors = new Divisors();
  private model: DeviceModel | undefined;
  private hasParameters = false;
  private steps = 0;

  constructor(backend: BackendName, device: TfjsDevice) {
    this.backend = backend;
    this.description = device.description;
    this.device = device.device;
    this.precision = device.precision;
    this.tfjsName = device.tfjsName ?? backend;
    this.kind = device.model ?? composedModel;
    this.inputsOf = device.inputsOf ?? uploadedInputs;
    this.kernelsPerStep = this.kind.kernelsPerStep;
    this.looksAtLoss = device.looksAtLoss ?? false;
    this.whyLost = device.whyLost;
  }

  async load(examples: Examples, options: LoadOptions = {}): Promise<Split> {
    checkExamples(examples);
    this.activate();
    const split = new TfjsSplit(examples, options, this.inputsOf, this.divisors, (closed) =>
      this.splits.delete(closed),
    );
    this.splits.add(split);
    return split;
  }

  step(split: Split, rows: Rows, { learningRate, l2 = 0 }: SgdStep): StepResult {
    const model = this.ready();
    const examples = rows.end - rows.start;
    this.run(() =>
      model.step(this.blocksOf(split, rows), {
        rate: learningRate / examples,
        decay: 1 - learningRate * l2,
        examples,
        steps: this.steps + 1,
      }),
    );
    this.steps += 1;
    if (this.looksAtLoss) return model.runningLoss.dataSync()[0];
    return this.whyLost ? turn() : undefined;
  }

  async lossAndGradient(split: Split, rows: Rows): Promise<LossAndGradient> {
    const model = this.ready();
    const count = rows.end - rows.start;
    const [loss, gradient] = this.run((): [tf.Scalar, tf.Tensor2D] => {
      const sums = sumsOver(this.blocksOf(split, rows), model.weights);
      return [tf.div<tf.Scalar>(sums.loss, count), tf.div<tf.Tensor2D>(sums.gradient, count)];
    });
    const values = await this.take(gradient);
    return {
      loss: (await this.take(loss))[0] as number,
      gradient: splitBias(values, gradient.shape),
    };
  }

  async countErrors(split: Split, rows: Rows): Promise<number> {
    const model = this.ready();
    const errors = this.run(() => {
      const blocks = this.blocksOf(split, rows);
      return model.countErrors?.(blocks) ?? countErrors(blocks, model.weights);
    });
    return (await this.take(errors))[0] as number;
  }

  async probabilities(split: Split, rows: Rows): Promise<Float32Array> {
    const model = this.ready();
    const pieces = this.run(() =>
      this.blocksOf(split, rows).map((block) => tf.softmax(scoresOf(block, model.weights))),
    );
    const result = new Float32Array((rows.end - rows.start) * split.classes);
    let offset = 0;
    for (const piece of pieces) {
      result.set(await this.take(piece), offset);
      offset += piece.size;
    }
    return result;
  }

  async readParameters(): Promise<Parameters> {
    const model = this.ready();
    return splitBias(await this.take(this.run(() => tf.clone(model.weights))), model.shape);
  }

  async writeParameters(parameters: Parameters): Promise<void> {
    checkParameters(parameters);
    const { features, classes } = parameters;
    const joined = new Float32Array((features + 1) * classes);
    joined.set(parameters.weights);
    joined.set(parameters.bias, features * classes);
    this.run(() => this.madeModel().writeWeights(joined, [features + 1, classes]));
    this.hasParameters = true;
  }

  async readRunningLoss(): Promise<RunningLoss> {
    const model = this.ready();
    const { steps } = this;
    const [sum = Number.NaN] = await this.take(this.run(() => tf.clone(model.runningLoss)));
    if (Number.isFinite(sum) || model.stepsTaken === undefined) return { sum, steps };
    const [taken] = await this.take(this.run(() => tf.clone(model.stepsTaken as tf.Scalar)));
    return { sum, steps: taken ?? steps };
  }

  async writeRunningLoss({ sum: value, steps }: RunningLoss): Promise<void> {
    this.run(() => this.madeModel().writeRunningLoss(value, steps));
    this.steps = steps;
  }

  close(): void {
    for (const split of [...this.splits]) split.close();
    this.divisors.drop();
    this.model?.dispose();
    this.model = undefined;
    this.hasParameters = false;
  }

  private madeModel(): DeviceModel {
    this.model ??= this.kind.create();
    return this.model;
  }

  private ready(): DeviceModel {
    if (this.model === undefined || !this.hasParameters) {
      throw new BackendError('BACKEND_NOT_READY', 'the engine has no parameters yet');
    }
    return this.model;
  }

  private blocksOf(split: Split, rows: Rows): Block[] {
    if (!(split instanceof TfjsSplit) || !this.splits.has(split)) {
      throw new BackendError(
        'BACKEND_INVALID_ARGUMENT',
        'split: it is closed, or belongs to another engine',
      );
    }
    const [inputs, classes] = this.ready().shape;
    if (split.features + 1 !== inputs || split.classes !== classes) {
      throw new BackendError(
        'BACKEND_INVALID_ARGUMENT',
        `split: expected ${inputs - 1} features and ${classes} classes as the parameters have, ` +
          `found ${split.features} and ${split.classes}`,
      );
    }
    return split.blocksOf(rows);
  }

  private run<T extends tf.TensorContainer>(work: () => T): T {
    this.activate();
    return tf.tidy(work);
  }

  /** TensorFlow.js has one active backend for the whole program. Switching between two that are ready is synchronous. */
  private activate(): void {
    this.refuseLost();
    if (tf.getBackend() !== this.tfjsName) void tf.setBackend(this.tfjsName);
  }

  private async take(tensor: tf.Tensor): Promise<Float32Array> {
    try {
      const values = tensor.data() as Promise<Float32Array>;
      return await (this.whyLost ? this.unlessLost(values) : values);
    } finally {
      tensor.dispose();
    }
  }

  /** What is read from a lost device means nothing; the reading may fail before the loss is told, or never end. */
  private async unlessLost<T>(reading: Promise<T>): Promise<T> {
    let over = false;
    const watch = async (polls: number) => {
      for (let i = 0; i < polls && !over; i++) {
        await new Promise((resolve) => setTimeout(resolve, LOSS_POLL_MS));
        this.refuseLost();
      }
      return reading;
    };
    try {
      const values = await Promise.race([reading.catch(() => watch(250)), watch(Infinity)]);
      await turn();
      this.refuseLost();
      return values;
    } finally {
      over = true;
    }
  }

  private refuseLost(): void {
    const reason = this.whyLost?.();
    if (reason === undefined) return;
    throw new BackendError('BACKEND_LOST', reason, {
      backend: this.backend,
      fix: 'go on from the last state with a new engine, of this backend or another',
    });
  }
}

function countErrors(blocks: readonly Block[], weights: tf.Tensor2D): tf.Scalar {
  return sum(
    blocks.map((block) => {
      const predictions = tf.argMax(scoresOf(block, weights), 1);
      return tf.sum<tf.Scalar>(tf.cast(tf.notEqual(predictions, block.labels), 'float32'));
    }),
  );
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
