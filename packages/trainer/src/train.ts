import { zeroParameters } from '@softreg/backend';
import { checkData, checkSizes, checkState } from './check-run.js';
import { checkSettings } from './check-settings.js';
import { initialPatience } from './early-stopping.js';
import type { TrainingEvent } from './events.js';
import { runThroughLosses } from './losses.js';
import { TUTORIAL_SETTINGS } from './settings.js';
import { initialState } from './state.js';
import type { TrainOptions } from './train-options.js';
import { updateRuleOf } from './update-rules/index.js';

/**
 * Trains by minibatches until patience runs out, and tells what happens as it happens. The last event is `stop`, unless the stream
 * throws. The run goes no further than its consumer: to pause is to ask for no next event; to leave the loop frees the device.
 *
 * @throws TrainingError TRAINING_INVALID_SETTING, TRAINING_INVALID_DATA, TRAINING_INVALID_STATE at once; the stream may throw
 * BackendError: BACKEND_LOST after a `lost` event that no `reopen` made up for
 */
export function train(options: TrainOptions): AsyncGenerator<TrainingEvent, void, void> {
  const { data, settings = TUTORIAL_SETTINGS } = options;
  checkSettings(settings);
  checkData(data);
  checkSizes(settings, data);
  const { rule = updateRuleOf(settings), checkpointEvery = Number.POSITIVE_INFINITY } = options;
  const zeros = zeroParameters(data.train.features, data.train.classes);
  const minibatches = Math.floor(data.train.count / settings.batchSize);
  const { state = initialState(zeros, settings, minibatches, rule) } = options;
  checkState(state, data.train, initialPatience(settings, minibatches), rule);
  return runThroughLosses({ ...options, settings, rule, checkpointEvery }, state);
}
