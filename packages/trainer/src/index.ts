export { TrainingError, type TrainingErrorCode, type TrainingErrorDetails } from './errors.js';
export type {
  BestEvent,
  CheckpointEvent,
  DivergenceEvent,
  EpochEvent,
  LostEvent,
  MinibatchEvent,
  StopEvent,
  StopReason,
  TestEvent,
  TrainingEvent,
  ValidationEvent,
} from './events.js';
export { type PackedState, packState, unpackState } from './pack-state.js';
export type { Position } from './position.js';
export type { RandomState } from './random.js';
export {
  checkSettings,
  OPTIMIZERS,
  type OptimizerName,
  type TrainingSettings,
  TUTORIAL_SETTINGS,
} from './settings.js';
export type { Best, HistoryEntry, TrainingState } from './state.js';
export { train } from './train.js';
export type { TrainOptions } from './train-options.js';
export { sgd } from './update-rules/sgd.js';
export type { Slots, UpdateRule } from './update-rules/update-rule.js';
