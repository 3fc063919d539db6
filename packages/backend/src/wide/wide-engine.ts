import * as tf from '@tensorflow/tfjs-core';
import type {
  Engine,
  LoadOptions,
  LossAndGradient,
  RunningLoss,
  SgdStep,
  Split,
} from '../engine.js';
import { BackendError } from '../errors.js';
import { checkExamples, checkRows, type Examples, type Rows } from '../examples.js';
import { checkParameters, type Parameters } from '../parameters.js';
import { scoresOf, sumsOver } from '../tfjs/sums.js';
import { ErrorCounts } from './error-counts.js';
import { SharedSplit, SharedSplits } from './shared-splits.js';
import { Slice } from './slice.js';
import { closedError, closedSplitError } from './slice-work.js';
import { StepBarrier } from './step-barrier.js';
import { type StepRequest, takeSteps } from './take-steps.js';
import type { WideDevice } from './wide-device.js';

/** @param device that is closed with the last of the engines */
export function wideEngines(device: WideDevice, count: number): Engine[] {
  const shared: Shared = {
    device,
    splits: new SharedSplits(device),
    counts: new ErrorCounts(device),
    barrier: new StepBarrier((requests) => void takeSteps(device, requests)),
    open: new Set(),
  };
  return Array.from({ length: count }, () => new WideEngine(shared));
}

/** What the engines have in common. */
interface Shared {
  readonly device: WideDevice;
  readonly splits: SharedSplits;
  readonly counts: ErrorCounts;
  readonly barrier: StepBarrier<WideEngine, StepRequest>;
  readonly open: Set<WideEngine>;
}

/** One of the engines whose models are side by side on a device. */
class WideEngine implements Engine {
  readonly backend: Engine['backend'];
  readonly description: string;
  readonly device: string;
  readonly precision: Engine['precision'];
  readonly kernelsPerStep = undefined;
  private readonly shared: Shared;
  private readonly slice: Slice;
  private readonly splits = new Set<SharedSplit>();
  private hasParameters = false;
  private steps = 0;
  /** Whatever is asked for comes after the steps that were asked for before. */
  private stepped: Promise<unknown> = Promise.resolve();

  constructor(shared: Shared) {
    const { backend, description, device, precision } = shared.device.host;
    this.backend = backend;
    this.description = `${description}, side by side`;
    this.device = device;
    this.precision = precision;
    this.shared = shared;
    shared.device.activate();
    this.slice = new Slice();
    shared.open.add(this);
    shared.barrier.join(this);
  }

  async load(examples: Examples, options: LoadOptions = {}): Promise<Split> {
    this.refuseClosed();
    checkExamples(examples);
    const split = await this.shared.splits.load(this, examples, options);
    if (this.slice.isOpen) this.splits.add(split);
    else split.close();
    this.refuseClosed();
    return split;
  }

  step(split: Split, rows: Rows, { learningRate, l2 = 0 }: SgdStep): Promise<number | undefined> {
    const work = this.workOn(split, rows);
    const update = { learningRate, l2 };
    const step = this.stepped.then(async () => {
      this.refuseClosed();
      const lossSum = await new Promise<number | undefined>((resolve, reject) => {
        this.shared.barrier.ask(this, { ...work, update, resolve, reject });
      });
      this.steps += 1;
      return lossSum;
    });
    this.stepped = step.catch(() => undefined);
    return step;
  }

  async lossAndGradient(split: Split, rows: Rows): Promise<LossAndGradient> {
    const work = this.workOn(split, rows);
    await this.begin();
    const count = rows.end - rows.start;
    const [loss, gradient] = this.run((): [tf.Scalar, tf.Tensor2D] => {
      const sums = sumsOver(work.split.blocksOf(rows), this.slice.weights);
      return [tf.div(sums.loss, count), tf.div(sums.gradient, count)];
    });
    const [values, [value]] = await Promise.all([this.read(gradient), this.read(loss)]);
    return { loss: value as number, gradient: splitBias(values, gradient.shape) };
  }

  async countErrors(split: Split, rows: Rows): Promise<number> {
    const work = this.workOn(split, rows);
    await this.begin();
    return this.shared.counts.count(work);
  }

  async probabilities(split: Split, rows: Rows): Promise<Float32Array> {
    const work = this.workOn(split, rows);
    await this.begin();
    return this.read(
      this.run(() => {
        const { weights } = this.slice;
        const blocks = work.split.blocksOf(rows);
        return tf.concat(blocks.map((block) => tf.softmax(scoresOf(block, weights))));
      }),
    );
  }

  async readParameters(): Promise<Parameters> {
    this.refuseUnready();
    await this.begin();
    const { shape } = this.slice;
    return splitBias(await this.read(this.run(() => tf.clone(this.slice.weights))), shape);
  }

  async writeParameters(parameters: Parameters): Promise<void> {
    checkParameters(parameters);
    await this.begin();
    const { features, classes, weights, bias } = parameters;
    const joined = new Float32Array((features + 1) * classes);
    joined.set(weights);
    joined.set(bias, features * classes);
    this.run(() => this.slice.writeWeights(joined, [features + 1, classes]));
    this.hasParameters = true;
  }

  async readRunningLoss(): Promise<RunningLoss> {
    this.refuseUnready();
    await this.begin();
    const { steps } = this;
    const [sum] = await this.read(this.run(() => tf.clone(this.slice.runningLoss)));
    return { sum: sum as number, steps };
  }

  async writeRunningLoss({ sum, steps }: RunningLoss): Promise<void> {
    await this.begin();
    this.run(() => this.slice.writeRunningLoss(sum));
    this.steps = steps;
  }

  close(): void {
    const { shared } = this;
    if (!shared.open.delete(this)) return;
    for (const split of this.splits) split.close();
    this.slice.dispose();
    this.hasParameters = false;
    shared.barrier.leave(this, closedError());
    if (shared.open.size === 0) shared.device.close();
  }

  /** After the steps before, on a device that is there. */
  private async begin(): Promise<void> {
    await this.stepped;
    await this.shared.device.refuseLost();
    this.refuseClosed();
  }

  private workOn(split: Split, rows: Rows) {
    this.refuseUnready();
    if (!(split instanceof SharedSplit) || !split.isOpen || !split.belongsTo(this)) {
      throw closedSplitError();
    }
    const [inputs, classes] = this.slice.shape;
    if (split.features + 1 !== inputs || split.classes !== classes) {
      throw new BackendError(
        'BACKEND_INVALID_ARGUMENT',
        `split: expected ${inputs - 1} features and ${classes} classes as the parameters have, ` +
          `found ${split.features} and ${split.classes}`,
      );
    }
    checkRows(rows, split.count);
    return { slice: this.slice, split, rows };
  }

  private refuseUnready(): void {
    this.refuseClosed();
    if (!this.hasParameters) {
      throw new BackendError('BACKEND_NOT_READY', 'the engine has no parameters yet');
    }
  }

  private refuseClosed(): void {
    if (!this.slice.isOpen) throw closedError();
  }

  private run<T extends tf.TensorContainer>(work: () => T): T {
    return this.shared.device.run(work);
  }

  private read(tensor: tf.Tensor): Promise<Float32Array> {
    return this.shared.device.read(tensor);
  }
}

function splitBias(joined: Float32Array, [inputs, classes]: [number, number]): Parameters {
  const end = (inputs - 1) * classes;
  return { features: inputs - 1, classes, weights: joined.slice(0, end), bias: joined.slice(end) };
}
