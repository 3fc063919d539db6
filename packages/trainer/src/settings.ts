import { TrainingError } from './errors.js';

export const OPTIMIZERS = ['sgd'] as const;

export type OptimizerName = (typeof OPTIMIZERS)[number];

/** Everything that decides how a run goes, but for data, engine and starting parameters. */
export interface TrainingSettings {
  readonly optimizer: OptimizerName;
  /** Above 0. */
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

/** @throws TrainingError TRAINING_INVALID_SETTING naming the first setting that is out of its range */
export function checkSettings(settings: TrainingSettings): void {
  const { optimizer, learningRate, l2, improvementThreshold, patienceIncrease } = settings;
  const { batchSize, epochs, patience, validationFrequency, seed } = settings;
  demand(OPTIMIZERS.includes(optimizer), 'optimizer', OPTIMIZERS.join(' or '), optimizer);
  demand(
    learningRate > 0 && Number.isFinite(learningRate),
    'learning rate',
    'a number above 0',
    learningRate,
  );
  demand(l2 >= 0 && Number.isFinite(l2), 'l2', 'a number of 0 or more', l2);
  demand(
    improvementThreshold > 0 && improvementThreshold <= 1,
    'improvement threshold',
    'a number above 0 and at most 1',
    improvementThreshold,
  );
  demand(
    patienceIncrease >= 1 && Number.isFinite(patienceIncrease),
    'patience increase',
    'a number of 1 or more',
    patienceIncrease,
  );
  demandCount('batch size', batchSize);
  demandCount('epochs', epochs);
  demandCount('patience', patience);
  if (validationFrequency !== undefined) demandCount('validation frequency', validationFrequency);
  const seedFits = Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32;
  demand(seedFits, 'seed', 'a whole number from 0 to 4294967295', seed);
}

function demandCount(subject: string, value: number): void {
  demand(Number.isSafeInteger(value) && value >= 1, subject, 'a whole number of 1 or more', value);
}

function demand(holds: boolean, subject: string, expected: string, found: unknown): void {
  if (holds) return;
  throw new TrainingError({
    code: 'TRAINING_INVALID_SETTING',
    subject,
    expected,
    found: String(found),
  });
}
