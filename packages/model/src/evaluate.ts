import type { Engine, Parameters, Split } from '@softreg/backend';
import {
  type ClassMetrics,
  type ConfusionMatrix,
  classMetrics,
  confusionMatrix,
  type ErrorCount,
} from './metrics.js';
import { argMax } from './predict.js';

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

export interface Evaluation extends Scores {
  /** Mean negative log-likelihood over all examples, in nats. */
  readonly loss: number;
  readonly confusion: ConfusionMatrix;
  readonly classes: readonly ClassMetrics[];
}

/** Scores, loss and per-class metrics of parameters over all examples of a split. Leaves the parameters in the engine. */
export async function evaluate(
  engine: Engine,
  parameters: Parameters,
  split: Split,
  labels: Uint8Array,
  batchSize: number,
): Promise<Evaluation> {
  const all = { start: 0, end: split.count };
  await engine.writeParameters(parameters);
  const scores = await score(engine, split, batchSize);
  const { loss } = await engine.lossAndGradient(split, all);
  const probabilities = await engine.probabilities(split, all);
  const predictions = Uint8Array.from({ length: split.count }, (_, i) =>
    argMax(probabilities.subarray(i * split.classes, (i + 1) * split.classes)),
  );
  const confusion = confusionMatrix(labels, predictions, split.classes);
  return { ...scores, loss, confusion, classes: classMetrics(confusion) };
}
