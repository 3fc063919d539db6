import type { Engine, Parameters } from '@softreg/backend';
import type { ErrorCount, Scores } from '@softreg/model';
import type { Position } from './position.js';
import type { TrainingState } from './state.js';

/**
 * Why a run ended:
 * - `patience`: the rule that the setting `stopping` names ran out of it, whichever that is;
 * - `epochs`: it has had as many as are set;
 * - `aborted`: its signal said so;
 * - `diverged`: the loss, a parameter or a slot is NaN or infinite.
 */
export type StopReason = (typeof STOP_REASONS)[number];

export const STOP_REASONS = ['patience', 'epochs', 'aborted', 'diverged'] as const;

export interface MinibatchEvent extends Position {
  readonly type: 'minibatch';
  /** In an epoch. */
  readonly minibatches: number;
  /** Minibatches still to come, if patience is not extended once more. */
  readonly remaining: number;
}

export interface ValidationEvent extends Position {
  readonly type: 'validation';
  readonly minibatches: number;
  readonly score: ErrorCount;
}

/** The validation just before was the best so far. */
export interface BestEvent extends Position {
  readonly type: 'best';
  readonly parameters: Parameters;
  readonly validation: ErrorCount;
}

/** The test score of the best parameters so far. */
export interface TestEvent extends Position {
  readonly type: 'test';
  readonly minibatches: number;
  readonly score: ErrorCount;
}

/** The end of a whole epoch. */
export interface EpochEvent {
  readonly type: 'epoch';
  readonly epoch: number;
  /** Mean over the epoch's minibatches of the loss before each step, in nats. */
  readonly meanLoss: number;
  readonly parameters: Parameters;
}

/**
 * The loss became NaN or infinite in this step, or a parameter or what the rule remembers at or before it. Minibatches after it may have been
 * told of, where a graphics card was asked for more before it was heard: those changed nothing.
 */
export interface DivergenceEvent extends Position {
  readonly type: 'divergence';
}

/** The state, where `checkpointEvery` says so: what to save so that a crash costs little. */
export interface CheckpointEvent {
  readonly type: 'checkpoint';
  readonly state: TrainingState;
}

/**
 * The device of the engine in use was lost, and with it all that happened after `state`. If the run goes on, it takes those
 * minibatches again and tells their events again: drop what you were told of minibatches after the first `state.iterations`.
 * Its place is the last minibatch that was begun, or where an engine was lost before it began one, the last one of `state`.
 */
export interface LostEvent extends Position {
  readonly type: 'lost';
  /** Of the engine that was lost. */
  readonly backend: Engine['backend'];
  /** In the engine's words. */
  readonly reason: string;
  /**
   * The last good state, which the next minibatch goes on from: what the run began with, or what was read back, all finite, at the
   * end of an epoch, a best validation, a checkpoint or the end of the run.
   */
  readonly state: TrainingState;
}

export interface StopEvent {
  readonly type: 'stop';
  readonly reason: StopReason;
  /** Begun, whole or not. */
  readonly epochs: number;
  /** Holds the last parameters, and the best ones if there was a validation. */
  readonly state: TrainingState;
  /** Both scores of the best parameters; undefined if there are none, or if its signal was aborted before they were made. */
  readonly scores: { readonly validation: Scores; readonly test: Scores } | undefined;
}

export type TrainingEvent =
  | MinibatchEvent
  | ValidationEvent
  | BestEvent
  | TestEvent
  | EpochEvent
  | DivergenceEvent
  | CheckpointEvent
  | LostEvent
  | StopEvent;
