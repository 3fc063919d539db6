export const OPTIMIZERS = ['sgd', 'momentum', 'nesterov', 'adam'] as const;

export type OptimizerName = (typeof OPTIMIZERS)[number];

export const SCHEDULES = ['constant', 'step', 'cosine', 'inverse'] as const;

export type ScheduleName = (typeof SCHEDULES)[number];

export const STOPPING_RULES = ['tutorial', 'validations'] as const;

export type StoppingRuleName = (typeof STOPPING_RULES)[number];

/** What the tutorial's run is made of. */
export interface TrainingSettings {
  readonly optimizer: OptimizerName;
  /** Of the first step, and of all where there is no schedule; above 0. */
  readonly learningRate: number;
  /** Examples a minibatch, 1 to the size of the smallest set. Those that fill no whole minibatch are left out. */
  readonly batchSize: number;
  /** At most this many passes over the training set. */
  readonly epochs: number;
  /** Iterations (minibatches) to go on for at least. */
  readonly patience: number;
  /** On an improvement that counts, patience becomes at least this many times the iterations so far; 1 or more. */
  readonly patienceIncrease: number;
  /** An improvement counts for patience if the validation error falls below this share of the best; above 0, at most 1. */
  readonly improvementThreshold: number;
  /** Iterations between two validations; undefined for the tutorial's: an epoch, or half the patience if that is less. */
  readonly validationFrequency: number | undefined;
  /** Penalty l2 / 2 x (sum of squared weights, biases left out) added to the loss; 0 or more. */
  readonly l2: number;
  /** Whether each epoch goes through the examples in a new random order, rather than in file order. */
  readonly shuffle: boolean;
  /** Of the generator that shuffles: a whole number from 0 to 2^32 - 1. */
  readonly seed: number;
}

/**
 * Everything that decides how a run goes, but for data, engine and starting parameters. What is left out is as in the tutorial. A
 * number that the chosen rule, schedule or stopping has no use for is refused.
 */
export interface RunSettings extends TrainingSettings {
  /** Of `momentum` and `nesterov`: share of the velocity kept from step to step, 0 or more, below 1. Default 0.9. */
  readonly momentum?: number | undefined;
  /** Of `adam`: share of the mean gradient kept from step to step, 0 or more, below 1. Default 0.9. */
  readonly beta1?: number | undefined;
  /** Of `adam`: share of the mean squared gradient kept, 0 or more, below 1. Default 0.999. */
  readonly beta2?: number | undefined;
  /** Of `adam`: what is added to the root of the mean square; above 0. Default 1e-8. */
  readonly epsilon?: number | undefined;
  /** Whether `l2` penalizes the biases, too. Default false. No engine can then take the step of `sgd` itself. */
  readonly penalizeBias?: boolean | undefined;
  /** Norm that the gradient, penalty and all, is clipped to; above 0. Default: none. No engine can then take the step itself. */
  readonly clipNorm?: number | undefined;
  /** How the learning rate goes on from its first value. Default `constant`. */
  readonly schedule?: ScheduleName | undefined;
  /**
   * Iterations, a whole number of 1 or more, that all schedules but `constant` need: from one fall to the next of `step`, to the end of
   * the `cosine`, to one half of the first learning rate of `inverse`.
   */
  readonly decayIterations?: number | undefined;
  /** Of `step`: what each fall multiplies the learning rate by; above 0, at most 1. Default 0.1. */
  readonly decayFactor?: number | undefined;
  /** Of `cosine`: the learning rate at its end and from then on; 0 to `learningRate`. Default 0. */
  readonly finalLearningRate?: number | undefined;
  /**
   * What ends the run, besides its epochs: `tutorial` is patience in iterations, extended by improvements; `validations` is so many
   * validations without an improvement, and `patience`, `patienceIncrease` and `improvementThreshold` are of no account then.
   * Default `tutorial`.
   */
  readonly stopping?: StoppingRuleName | undefined;
  /** Of `validations`: stop after so many without an improvement; a whole number of 1 or more. Default 10. */
  readonly staleValidations?: number | undefined;
  /**
   * Of `validations`: what the error rate must fall by to count as an improvement, since the last validation that counted; 0 or more,
   * below 1. At 0 any fall counts. Default 0.
   */
  readonly minDelta?: number | undefined;
}

/** The settings of the tutorial's `sgd_optimization_mnist`. */
export const TUTORIAL_SETTINGS: TrainingSettings = {
  optimizer: 'sgd',
  learningRate: 0.13,
  batchSize: 600,
  epochs: 1000,
  patience: 5000,
  patienceIncrease: 2,
  improvementThreshold: 0.995,
  validationFrequency: undefined,
  l2: 0,
  shuffle: false,
  seed: 0,
};
