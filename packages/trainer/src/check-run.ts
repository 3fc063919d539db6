import { demand } from './demands.js';
import { initialPatience, plannedIterations } from './early-stopping.js';
import { TrainingError } from './errors.js';
import type { RunSettings } from './settings.js';
import type { TrainingState } from './state.js';
import type { TrainOptions } from './train-options.js';
import type { Slots, UpdateRule } from './update-rules/update-rule.js';

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
export function checkSizes(settings: RunSettings, data: TrainOptions['data']): void {
  const { batchSize, epochs, validationFrequency = 1 } = settings;
  checkBatchSize(batchSize, data);
  const minibatches = Math.floor(data.train.count / batchSize);
  const patience = initialPatience(settings, minibatches);
  const iterations = plannedIterations(epochs, minibatches, patience);
  demand(
    validationFrequency <= iterations,
    'validation frequency',
    `at most ${iterations}, the minibatches until epochs or patience end the run`,
    validationFrequency,
  );
}

/** @throws TrainingError TRAINING_INVALID_SETTING if a set has fewer examples than one minibatch */
export function checkBatchSize(batchSize: number, data: TrainOptions['data']): void {
  for (const [name, { count }] of Object.entries(data)) {
    const set = name === 'train' ? 'training' : name;
    const expected = `at most ${count}, the number of ${set} images`;
    demand(batchSize <= count, 'batch size', expected, batchSize);
  }
}

/** @throws TrainingError TRAINING_INVALID_STATE if the state is not of a run on such examples, with such patience, by that rule */
export function checkState(
  { parameters, patience, slots }: TrainingState,
  train: TrainOptions['data']['train'],
  leastPatience: number,
  rule: UpdateRule,
): void {
  const { features, classes } = parameters;
  if (features !== train.features || classes !== train.classes) {
    throw invalid(
      `${train.features} features and ${train.classes} classes, as the data has`,
      `${features} and ${classes}`,
    );
  }
  if (patience < leastPatience) {
    throw invalid(`a patience of at least ${leastPatience}, as set`, String(patience));
  }
  const [expected, found] = [describeSlots(rule.init(parameters)), describeSlots(slots)];
  if (found !== expected) throw invalid(`${expected}, as ${rule.name} has`, found);
}

function describeSlots(slots: Slots): string {
  const lengths = Object.entries(slots).map(([name, { length }]) => `${name} of ${length}`);
  return lengths.length === 0 ? 'no slots' : `slots ${lengths.sort().join(' and ')}`;
}

function invalid(expected: string, found: string): TrainingError {
  return new TrainingError({ code: 'TRAINING_INVALID_STATE', subject: 'state', expected, found });
}
