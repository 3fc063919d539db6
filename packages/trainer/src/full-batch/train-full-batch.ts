import { type Engine, type Examples, type Parameters, zeroParameters } from '@softreg/backend';
import type { ExampleStream } from '@softreg/model';
import { checkBatchSize, checkData } from '../check-run.js';
import { TrainingError } from '../errors.js';
import { vectorOf } from '../vector.js';
import type { FullBatchEvent } from './events.js';
import { runFullBatch } from './run-full-batch.js';
import {
  checkFullBatchSettings,
  type FullBatchSettings,
  TUTORIAL_CG_SETTINGS,
} from './settings.js';
import type { FullBatchState } from './state.js';

export interface FullBatchOptions {
  /** It stays the caller's, also when it is lost. */
  readonly engine: Engine;
  readonly data: {
    /** In memory: each evaluation needs all of it. */
    readonly train: Examples;
    readonly validation: Examples | ExampleStream;
    readonly test: Examples | ExampleStream;
  };
  /** Default: the tutorial's conjugate gradient. */
  readonly settings?: FullBatchSettings;
  /** Where to begin; default: parameters that are all zero. */
  readonly parameters?: Parameters | undefined;
  /** Where to go on from, in place of `parameters`; with the same data and settings. */
  readonly state?: FullBatchState | undefined;
  /** Stops the run after the evaluation under way, back at the last whole iteration. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Trains on all training images at each step, by a method that looks for its own step lengths, and tells what happens as it happens.
 * The last event is `stop`, unless the stream throws. It goes no further than its consumer.
 *
 * The best parameters are those of the best validation, which comes after each iteration; it decides of nothing else.
 *
 * @throws TrainingError TRAINING_INVALID_SETTING, TRAINING_INVALID_DATA, TRAINING_INVALID_STATE at once; the stream may throw
 * BackendError; after BACKEND_LOST the state of the last `iteration` event is good to go on from with another engine
 */
export function trainFullBatch(
  options: FullBatchOptions,
): AsyncGenerator<FullBatchEvent, void, void> {
  const { data, settings = TUTORIAL_CG_SETTINGS, state } = options;
  const { features, classes } = data.train;
  checkFullBatchSettings(settings);
  checkData(data);
  checkBatchSize(settings.batchSize, data);
  const { parameters = zeroParameters(features, classes) } = options;
  checkShape(state ?? parameters, data.train, state ? 'state' : 'parameters');
  return runFullBatch({ ...options, settings }, state ?? vectorOf(parameters));
}

function checkShape(
  { features, classes }: Pick<Parameters, 'features' | 'classes'>,
  train: Examples,
  subject: string,
): void {
  if (features === train.features && classes === train.classes) return;
  throw new TrainingError({
    code: 'TRAINING_INVALID_STATE',
    subject,
    expected: `${train.features} features and ${train.classes} classes, as the data has`,
    found: `${features} and ${classes}`,
  });
}
