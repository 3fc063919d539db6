import { plannedIterations } from './early-stopping.js';
import { TrainingError } from './errors.js';
import type { TrainingSettings } from './settings.js';
import type { TrainingState } from './state.js';
import type { TrainOptions } from './train-options.js';

/** @throws TrainingError TRAINING_INVALID_DATA if the sets do not fit together */
export function checkData({ train, ...others }: TrainOptions['data']): void {
  for (const [name, { features, classes }] of Object.entries(others)) {
    if (features === train.features && classes === train.classes) continue;
    throw new TrainingError({
      code: 'TRAINING_INVALID_DATA',
      subject: `${name} set`,
      expected: `${train.features} features and ${train.classes} classes, as the training set has`,
      found: `${features} and ${classes}`,
    });
  }
}

/** @throws TrainingError TRAINING_INVALID_SETTING if a setting does not fit the sizes of the sets */
export function checkSizes(settings: TrainingSettings, data: TrainOptions['data']): void {
  const { batchSize, epochs, patience, validationFrequency = 1 } = settings;
  for (const [name, { count }] of Object.entries(data)) {
    if (batchSize <= count) continue;
    const set = name === 'train' ? 'training' : name;
    throw new TrainingError({
      code: 'TRAINING_INVALID_SETTING',
      subject: 'batch size',
      expected: `at most ${count}, the number of ${set} images`,
      found: String(batchSize),
    });
  }
  const minibatches = Math.floor(data.train.count / batchSize);
  const iterations = plannedIterations(epochs, minibatches, patience);
  if (validationFrequency > iterations) {
    throw new TrainingError({
      code: 'TRAINING_INVALID_SETTING',
      subject: 'validation frequency',
      expected: `at most ${iterations}, the minibatches until epochs or patience end the run`,
      found: String(validationFrequency),
    });
  }
}

/** @throws TrainingError TRAINING_INVALID_STATE if the state is not of a run on such examples with these settings */
export function checkState(
  state: TrainingState,
  train: TrainOptions['data']['train'],
  settings: TrainingSettings,
): void {
  const { features, classes } = state.parameters;
  if (features !== train.features || classes !== train.classes) {
    throw new TrainingError({
      code: 'TRAINING_INVALID_STATE',
      subject: 'state',
      expected: `${train.features} features and ${train.classes} classes, as the data has`,
      found: `${features} and ${classes}`,
    });
  }
  if (state.patience < settings.patience) {
    throw new TrainingError({
      code: 'TRAINING_INVALID_STATE',
      subject: 'state',
      expected: `a patience of at least ${settings.patience}, as set`,
      found: String(state.patience),
    });
  }
}
