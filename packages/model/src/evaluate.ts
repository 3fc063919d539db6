import type { Engine, Parameters, Split } from '@softreg/backend';
import { argMax } from './arg-max.js';
import { type CalibrationBin, calibrationBins, sumOfBins } from './calibration.js';
import { type ExampleStream, readAhead } from './example-stream.js';
import {
  type ClassMetrics,
  type ConfusionMatrix,
  classMetrics,
  confusionMatrix,
  type ErrorCount,
  sumOfMatrices,
} from './metrics.js';
import { type Ranks, ranksOf, sumOfRanks } from './ranks.js';

/** The two scores of a set: the tutorial's, over whole minibatches, and the one over all examples. */
export interface Scores {
  /** Undefined where the set has fewer examples than one minibatch. */
  readonly wholeMinibatches: ErrorCount | undefined;
  readonly full: ErrorCount;
}

/**
 * Counts the errors of the engine's parameters.
 *
 * @param batchSize examples a minibatch; the tutorial drops a last one that is smaller, so its rates are over 9,600 of 10,000
 */
export async function score(engine: Engine, split: Split, batchSize: number): Promise<Scores> {
  const whole = split.count - (split.count % batchSize);
  const errors = whole === 0 ? 0 : await engine.countErrors(split, { start: 0, end: whole });
  const rest =
    whole === split.count ? 0 : await engine.countErrors(split, { start: whole, end: split.count });
  return {
    wholeMinibatches: whole === 0 ? undefined : { errors, count: whole },
    full: { errors: errors + rest, count: split.count },
  };
}

/**
 * As {@link score}, of examples that are read as they are needed: one minibatch is in memory at a time.
 *
 * @param signal looked at before each minibatch
 * @throws the signal's reason
 */
export async function scoreStream(
  engine: Engine,
  stream: ExampleStream,
  batchSize: number,
  signal?: AbortSignal,
): Promise<Scores> {
  let scores = NO_SCORES;
  signal?.throwIfAborted();
  for await (const { split } of splitsOf(engine, stream, batchSize)) {
    signal?.throwIfAborted();
    scores = sumOfScores(scores, await score(engine, split, batchSize));
  }
  return scores;
}

export interface Evaluation extends Scores {
  /** Mean negative log-likelihood over all examples, in nats. */
  readonly loss: number;
  readonly confusion: ConfusionMatrix;
  readonly classes: readonly ClassMetrics[];
  /** What `topErrors` takes. */
  readonly ranks: Ranks;
  /** What `expectedCalibrationError` takes. */
  readonly calibration: readonly CalibrationBin[];
}

/** Scores, loss and per-class metrics of parameters over all examples of a split. Leaves the parameters in the engine. */
export async function evaluate(
  engine: Engine,
  parameters: Parameters,
  split: Split,
  labels: Uint8Array,
  batchSize: number,
): Promise<Evaluation> {
  await engine.writeParameters(parameters);
  const findings = await findingsOf(engine, split, labels, batchSize);
  return { ...findings, classes: classMetrics(findings.confusion) };
}

/** As {@link evaluate}, of examples that are read as they are needed: one minibatch is in memory at a time. */
export async function evaluateStream(
  engine: Engine,
  parameters: Parameters,
  stream: ExampleStream,
  batchSize: number,
): Promise<Evaluation> {
  await engine.writeParameters(parameters);
  let sum: Findings | undefined;
  for await (const { split, labels } of splitsOf(engine, stream, batchSize)) {
    const findings = await findingsOf(engine, split, labels, batchSize);
    sum = sum === undefined ? findings : sumOfFindings(sum, findings);
  }
  // A set has one example at least.
  const findings = sum as Findings;
  return { ...findings, classes: classMetrics(findings.confusion) };
}

type Findings = Omit<Evaluation, 'classes'>;

function sumOfFindings(a: Findings, b: Findings): Findings {
  const [m, n] = [a.full.count, b.full.count];
  return {
    ...sumOfScores(a, b),
    loss: (a.loss * m + b.loss * n) / (m + n),
    confusion: sumOfMatrices(a.confusion, b.confusion),
    ranks: sumOfRanks(a.ranks, b.ranks),
    calibration: sumOfBins(a.calibration, b.calibration),
  };
}

async function findingsOf(
  engine: Engine,
  split: Split,
  labels: Uint8Array,
  batchSize: number,
): Promise<Findings> {
  const all = { start: 0, end: split.count };
  const scores = await score(engine, split, batchSize);
  const { loss } = await engine.lossAndGradient(split, all);
  const probabilities = await engine.probabilities(split, all);
  const predictions = Uint8Array.from({ length: split.count }, (_, i) =>
    argMax(probabilities.subarray(i * split.classes, (i + 1) * split.classes)),
  );
  const { classes } = split;
  return {
    ...scores,
    loss,
    confusion: confusionMatrix(labels, predictions, classes),
    ranks: ranksOf(labels, probabilities, classes),
    calibration: calibrationBins(labels, predictions, probabilities, classes),
  };
}

/** The minibatches of a stream in file order, each on the device as long as the loop is at it. */
async function* splitsOf(
  engine: Engine,
  stream: ExampleStream,
  batchSize: number,
): AsyncGenerator<{ split: Split; labels: Uint8Array }, void, void> {
  for await (const examples of readAhead(stream.minibatches(batchSize, 0, undefined))) {
    const split = await engine.load(examples, { minibatch: batchSize, once: true });
    try {
      yield { split, labels: examples.labels };
    } finally {
      split.close();
    }
  }
}

const NO_SCORES: Scores = { wholeMinibatches: undefined, full: { errors: 0, count: 0 } };

function sumOfScores(a: Scores, b: Scores): Scores {
  const [x, y] = [a.wholeMinibatches, b.wholeMinibatches];
  return {
    wholeMinibatches: x && y ? sumOfCounts(x, y) : (x ?? y),
    full: sumOfCounts(a.full, b.full),
  };
}

function sumOfCounts(a: ErrorCount, b: ErrorCount): ErrorCount {
  return { errors: a.errors + b.errors, count: a.count + b.count };
}
