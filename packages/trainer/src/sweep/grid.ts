import { checkSettings } from '../check-settings.js';
import { demand } from '../demands.js';
import type { RunSettings } from '../settings.js';

/** What a sweep varies: each list has one value or more. */
export interface SweepAxes {
  readonly learningRate: readonly number[];
  readonly batchSize: readonly number[];
  readonly l2: readonly number[];
}

/** A sweep of more settings is refused. */
export const MOST_SETTINGS = 10_000;

/**
 * Every combination of the axes, each once: the learning rate changes last, then the batch size, then the penalty. The other settings
 * are those of `base`.
 *
 * @throws TrainingError TRAINING_INVALID_SETTING for a value out of its range, an axis without one, or more than
 * {@link MOST_SETTINGS} settings
 */
export function sweepGrid(base: RunSettings, axes: SweepAxes): RunSettings[] {
  const values = {
    learningRate: distinct('learning rate', axes.learningRate),
    batchSize: distinct('batch size', axes.batchSize),
    l2: distinct('l2', axes.l2),
  };
  const count = values.learningRate.length * values.batchSize.length * values.l2.length;
  demand(
    count <= MOST_SETTINGS,
    'learning rate',
    `at most ${MOST_SETTINGS} settings in the grid, with batch sizes and penalties`,
    count,
  );
  const grid = values.learningRate.flatMap((learningRate) =>
    values.batchSize.flatMap((batchSize) =>
      values.l2.map((l2) => ({ ...base, learningRate, batchSize, l2 })),
    ),
  );
  for (const settings of grid) checkSettings(settings);
  return grid;
}

function distinct(subject: string, values: readonly number[]): number[] {
  demand(values.length > 0, subject, 'one value or more', 'none');
  return [...new Set(values)];
}
