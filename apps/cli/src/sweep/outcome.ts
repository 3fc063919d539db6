import { compareRanked } from '@softreg/trainer';
import type { SweepSetting } from './config.js';
import { type SettingResult, variedOf } from './result.js';

/** A setting that no result is known of: its process ended, or could not do it. */
export interface FailedSetting {
  readonly setting: number;
  readonly learningRate: number;
  readonly batchSize: number;
  readonly l2: number;
  readonly reason: 'failed';
  readonly message: string;
}

export type Outcome = SettingResult | FailedSetting;

export function failureOf({ setting, settings }: SweepSetting, message: string): FailedSetting {
  return { setting, ...variedOf(settings), reason: 'failed', message };
}

/**
 * Best first: by validation error over all images, so that settings of different batch sizes are compared on the same ones. Then those
 * that diverged, and those that failed.
 */
export function ranked(outcomes: readonly Outcome[]): Outcome[] {
  return [...outcomes].sort(
    (a, b) =>
      Number(a.reason === 'failed') - Number(b.reason === 'failed') ||
      compareRanked(rankedBy(a), rankedBy(b)),
  );
}

function rankedBy(outcome: Outcome) {
  const { setting } = outcome;
  if (outcome.reason === 'failed') return { setting, validation: undefined, epochs: 0 };
  return { setting, validation: outcome.full?.validation, epochs: outcome.epochs };
}

/** The first of those that are ranked, if it has a model. */
export function bestOf(outcomes: readonly Outcome[]): SettingResult | undefined {
  const [best] = outcomes;
  return best !== undefined && best.reason !== 'failed' && best.full ? best : undefined;
}
