export { checkSettings } from './check-settings.js';
export { TrainingError, type TrainingErrorCode, type TrainingErrorDetails } from './errors.js';
export {
  type BestEvent,
  type CheckpointEvent,
  type DivergenceEvent,
  type EpochEvent,
  type LostEvent,
  type MinibatchEvent,
  STOP_REASONS,
  type StopEvent,
  type StopReason,
  type TestEvent,
  type TrainingEvent,
  type ValidationEvent,
} from './events.js';
export type {
  FullBatchBestEvent,
  FullBatchDivergenceEvent,
  FullBatchEvent,
  FullBatchIterationEvent,
  FullBatchStopEvent,
  FullBatchTestEvent,
} from './full-batch/events.js';
export type { Method, Step } from './full-batch/method.js';
export {
  MINIMIZATION_ENDS,
  type Minimization,
  type MinimizationEnd,
  type MinimizeOptions,
  minimize,
} from './full-batch/minimize.js';
export { conjugateGradient } from './full-batch/minimize-conjugate-gradient.js';
export { lbfgs } from './full-batch/minimize-lbfgs.js';
export type { Objective, Point, ValueAndGradient } from './full-batch/objective.js';
export {
  checkFullBatchSettings,
  FULL_BATCH_METHODS,
  type FullBatchMethodName,
  type FullBatchSettings,
  TUTORIAL_CG_SETTINGS,
} from './full-batch/settings.js';
export type { FullBatchBest, FullBatchState } from './full-batch/state.js';
export { type FullBatchOptions, trainFullBatch } from './full-batch/train-full-batch.js';
export { type PackedState, packState, unpackState } from './pack-state.js';
export type { Penalty } from './penalty.js';
export type { Position } from './position.js';
export type { RandomState } from './random.js';
export {
  OPTIMIZERS,
  type OptimizerName,
  type RunSettings,
  SCHEDULES,
  type ScheduleName,
  STOPPING_RULES,
  type StoppingRuleName,
  type TrainingSettings,
  TUTORIAL_SETTINGS,
} from './settings.js';
export type { Best, HistoryEntry, TrainingState } from './state.js';
export {
  compareRanked,
  findLearningRate,
  isRangeTestOver,
  type LearningRateSuggestion,
  MOST_SETTINGS,
  type RangeTestOptions,
  type RangeTestPoint,
  type Ranked,
  rangeTestRate,
  type Shard,
  type SweepAxes,
  shardOf,
  smoothLosses,
  suggestLearningRate,
  sweepGrid,
} from './sweep/index.js';
export { train } from './train.js';
export type { TrainOptions } from './train-options.js';
export { type AdamOptions, adam } from './update-rules/adam.js';
export { type MomentumOptions, momentum, nesterov } from './update-rules/momentum.js';
export type { RuleOptions } from './update-rules/rule-options.js';
export {
  constant,
  cosineDecay,
  inverseTimeDecay,
  type Schedule,
  stepDecay,
} from './update-rules/schedules.js';
export { sgd } from './update-rules/sgd.js';
export type { Slots, UpdateRule } from './update-rules/update-rule.js';
