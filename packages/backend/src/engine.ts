import type { Examples, Rows } from './examples.js';
import type { Parameters } from './parameters.js';

/** The names of the engines, in the order a person would want them. */
export const BACKEND_NAMES = [
  'cuda',
  'tensorflow',
  'webgpu',
  'webgl',
  'simd',
  'wasm',
  'cpu',
] as const;

export type BackendName = (typeof BACKEND_NAMES)[number];

/**
 * One device, holding the parameters of one softmax regression: the narrow waist between the mathematics and the hardware.
 *
 * An engine loads data, takes a step, gives loss and gradient, counts errors or gives probabilities, and reads and writes its
 * state; nothing else. It knows nothing of epochs, early stopping or files. What it holds on the device is freed by `close`. Once the
 * device is lost, everything but `close` throws BackendError BACKEND_LOST, and what was on it is gone.
 * Every engine passes the tests in `test/engine-suite.ts`.
 */
export interface Engine {
  readonly backend: BackendName | 'reference';
  /** Library and version, for a person to read. */
  readonly description: string;
  /** What of the machine computes, by the name that its driver gives, for a person to read. */
  readonly device: string;
  /** Of what is stored and computed on the device. */
  readonly precision: 'float16' | 'float32' | 'float64';
  /** Programs that one step on a minibatch runs on the device; undefined where a step is no set of programs. */
  readonly kernelsPerStep: number | undefined;

  /**
   * Brings examples to the device, where they stay until the split is closed.
   *
   * @throws BackendError BACKEND_INVALID_ARGUMENT
   */
  load(examples: Examples, options?: LoadOptions): Promise<Split>;

  /**
   * Takes one step of gradient descent on the mean negative log-likelihood of `rows`, and adds that mean (as it was before the
   * step) to the running loss. Starts work and returns; reads back
   * nothing but what StepResult says.
   *
   * @throws BackendError BACKEND_INVALID_ARGUMENT, BACKEND_NOT_READY before `writeParameters`
   */
  step(split: Split, rows: Rows, update: SgdStep): StepResult;

  /** Update rules that remember something from step to step, applied on the device; left away where the engine has none. */
  readonly rules?: DeviceRules;

  /**
   * Mean negative log-likelihood over `rows`, in nats, by log-sum-exp, and its gradient. No penalty is in either.
   *
   * @throws BackendError BACKEND_INVALID_ARGUMENT, BACKEND_NOT_READY before `writeParameters`
   */
  lossAndGradient(split: Split, rows: Rows): Promise<LossAndGradient>;

  /**
   * How many of `rows` the model gets wrong: its prediction is the first class of largest probability.
   *
   * @throws BackendError BACKEND_INVALID_ARGUMENT, BACKEND_NOT_READY before `writeParameters`
   */
  countErrors(split: Split, rows: Rows): Promise<number>;

  /**
   * P(Y = class | x) for `rows`: (end - start) x classes, row-major.
   *
   * @throws BackendError BACKEND_INVALID_ARGUMENT, BACKEND_NOT_READY before `writeParameters`
   */
  probabilities(split: Split, rows: Rows): Promise<Float32Array>;

  /** A copy of the parameters as they are after all steps so far. */
  readParameters(): Promise<Parameters>;

  /** Sets the parameters; their shape may differ from the last. */
  writeParameters(parameters: Parameters): Promise<void>;

  /** The running loss. NaN or infinite once any step's was. */
  readRunningLoss(): Promise<RunningLoss>;

  /** Sets the running loss: to zeros to begin anew, or to what was read, to go on to the bit. */
  writeRunningLoss(loss: RunningLoss): Promise<void>;

  /** Frees what is on the device. The engine and its splits are of no use afterwards. */
  close(): void;
}

export interface LoadOptions {
  /** Rows that the steps will take at a time; an engine may lay out the data for that. */
  minibatch?: number;
  /** Whether the steps will follow an order. */
  shuffled?: boolean;
  /** Whether the examples are for one step or one scoring, and then closed: nothing is laid out that would pay in later ones alone. */
  once?: boolean;
}

/** Examples on a device. */
export interface Split {
  readonly count: number;
  readonly features: number;
  readonly classes: number;
  close(): void;
}

export interface SgdStep {
  readonly learningRate: number;
  /** Penalty l2 / 2 x (sum of squared weights, biases left out) added to the loss: its gradient is l2 x weights. Default 0. */
  readonly l2?: number;
}

/**
 * The sum of the running loss, where the engine knows it at once. Where it does not, once the running loss is not finite further steps change
 * nothing, and are not counted in it. Where the thread should hear of the device between two steps, a promise
 * to wait for before the next: without that a loss of the device is noticed late. Of engines side by side, a promise of that sum.
 */
// biome-ignore lint/suspicious/noConfusingVoidType: some engines have a promise of the sum, others one of nothing
export type StepResult = number | Promise<number | undefined | void> | undefined;

/** Steps by rules with a memory, their slots, which stays on the device: vectors of one number for each weight, then one for each bias. */
export interface DeviceRules {
  /**
   * Takes one step, as `step` of the engine does.
   *
   * @throws BackendError BACKEND_INVALID_ARGUMENT, BACKEND_NOT_READY before `writeParameters`, or unless the slots are as many as the rule
   * has
   */
  step(split: Split, rows: Rows, update: MomentumStep | AdamStep): StepResult;

  /** Copies of the slots as they are after all steps so far. */
  readSlots(): Promise<Float32Array[]>;

  /**
   * Sets the slots: zeros to begin with.
   *
   * @throws BackendError BACKEND_INVALID_ARGUMENT unless each has as many numbers as the parameters, BACKEND_NOT_READY before
   * `writeParameters`
   */
  writeSlots(slots: readonly Float32Array[]): Promise<void>;
}

/** Has one slot, the velocity = momentum x velocity - learningRate x gradient; the parameters move by the velocity. */
export interface MomentumStep extends SgdStep {
  readonly rule: 'momentum';
  /** 0 or more, below 1. */
  readonly momentum: number;
  /** Whether the parameters move by momentum x velocity - learningRate x gradient instead, with the new velocity. Default false. */
  readonly nesterov?: boolean;
}

/**
 * Has two slots: mean = beta1 x mean + (1 - beta1) x gradient, and the same of the gradient's square with beta2. The parameters move by
 * -learningRate x mean / (sqrt(square) + epsilon), where both are divided by 1 - beta to the power of the steps taken.
 */
export interface AdamStep extends SgdStep {
  readonly rule: 'adam';
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Steps before this one. */
  readonly iteration: number;
}

export interface LossAndGradient {
  readonly loss: number;
  readonly gradient: Parameters;
}

export interface RunningLoss {
  /** Sum of the steps' mean losses, in nats. */
  readonly sum: number;
  readonly steps: number;
}
