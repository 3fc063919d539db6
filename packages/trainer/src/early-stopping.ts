import type { TrainingSettings } from './settings.js';

/** What a validation decides. */
export interface Verdict {
  /** Whether this is the best validation so far. */
  readonly improved: boolean;
  readonly patience: number;
}

/**
 * The tutorial's rule: an improvement of more than the threshold extends patience to a multiple of the iterations so far; a
 * smaller one is kept as the best, and extends nothing.
 *
 * @param rate the validation error now, 0 to 1
 * @param best the smallest so far; infinite before the first
 * @param iteration minibatches before this one, over all epochs: the tutorial's `iter`
 */
export function judge(
  rate: number,
  best: number,
  iteration: number,
  patience: number,
  settings: Pick<TrainingSettings, 'improvementThreshold' | 'patienceIncrease'>,
): Verdict {
  if (!(rate < best)) return { improved: false, patience };
  if (!(rate < best * settings.improvementThreshold)) return { improved: true, patience };
  return {
    improved: true,
    patience: Math.max(patience, iteration * settings.patienceIncrease),
  };
}

/** Iterations between two validations: an epoch, or half the patience if that is less. */
export function validationFrequencyOf(
  { validationFrequency, patience }: TrainingSettings,
  minibatches: number,
): number {
  return validationFrequency ?? Math.max(1, Math.min(minibatches, Math.floor(patience / 2)));
}

/** How long the run goes on if patience is not extended once more. */
export function plannedIterations(epochs: number, minibatches: number, patience: number): number {
  return Math.min(epochs * minibatches, Math.ceil(patience) + 1);
}
