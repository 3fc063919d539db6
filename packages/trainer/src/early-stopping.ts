import { type ErrorCount, errorRate } from '@softreg/model';
import type { RunSettings } from './settings.js';
import type { TrainingState } from './state.js';

/** What a validation decides. */
export interface Verdict {
  /** Whether this is the best validation so far. */
  readonly improved: boolean;
  /** The run is over once it has more iterations than this. */
  readonly patience: number;
}

/**
 * By the rule that `stopping` names. The best validation is the smallest error rate whatever the rule; the rule says whether it
 * makes the run go on for longer.
 *
 * @param state before this validation, but for its iterations
 * @param minibatches in an epoch
 */
export function judge(
  validation: ErrorCount,
  state: TrainingState,
  settings: RunSettings,
  minibatches: number,
): Verdict {
  const best = state.best ? errorRate(state.best.validation) : Number.POSITIVE_INFINITY;
  const rate = errorRate(validation);
  const patience =
    settings.stopping === 'validations'
      ? patienceByValidations(validation, state, settings, minibatches)
      : patienceOfTutorial(rate, best, state, settings);
  return { improved: rate < best, patience };
}

/** How long a run goes on that never improves; with `validations`, after the first one. */
export function initialPatience(settings: RunSettings, minibatches: number): number {
  if (settings.stopping !== 'validations') return settings.patience;
  const frequency = validationFrequencyOf(settings, minibatches);
  return frequency - 1 + staleIterations(settings, minibatches);
}

/**
 * An improvement of more than the threshold extends patience to a multiple of the iterations so far; a smaller one is kept as the
 * best, and extends nothing.
 */
function patienceOfTutorial(
  rate: number,
  best: number,
  { iterations, patience }: TrainingState,
  { improvementThreshold, patienceIncrease }: RunSettings,
): number {
  if (!(rate < best && rate < best * improvementThreshold)) return patience;
  // The tutorial's `iter`: minibatches before this one.
  return Math.max(patience, (iterations - 1) * patienceIncrease);
}

/** An improvement of `minDelta` or more since the last that counted lets the run go on for so many validations from here. */
function patienceByValidations(
  validation: ErrorCount,
  { iterations, patience, history }: TrainingState,
  settings: RunSettings,
  minibatches: number,
): number {
  const least = errorsOfDelta(settings.minDelta ?? 0, validation.count);
  let counted = Number.POSITIVE_INFINITY;
  for (const { errors } of history.map((entry) => entry.validation)) {
    if (errors <= counted - least) counted = errors;
  }
  if (!(validation.errors <= counted - least)) return patience;
  return iterations - 1 + staleIterations(settings, minibatches);
}

/** The errors fewer that make an improvement: in whole numbers, as a difference of two rates is rounded. */
function errorsOfDelta(minDelta: number, count: number): number {
  return Math.max(1, Math.ceil(minDelta * count - 1e-9 * count));
}

function staleIterations(settings: RunSettings, minibatches: number): number {
  return (settings.staleValidations ?? 10) * validationFrequencyOf(settings, minibatches);
}

/** Iterations between two validations: an epoch, or half the tutorial's patience if that is less. */
export function validationFrequencyOf(settings: RunSettings, minibatches: number): number {
  const { validationFrequency, patience, stopping } = settings;
  if (validationFrequency !== undefined) return validationFrequency;
  if (stopping === 'validations') return minibatches;
  return Math.max(1, Math.min(minibatches, Math.floor(patience / 2)));
}

/** How long the run goes on if patience is not extended once more. */
export function plannedIterations(epochs: number, minibatches: number, patience: number): number {
  return Math.min(epochs * minibatches, Math.ceil(patience) + 1);
}
