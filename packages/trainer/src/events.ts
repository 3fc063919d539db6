import type { Parameters } from '@softreg/backend';
import type { ErrorCount, Scores } from '@softreg/model';
import type { Position, TrainingState } from './state.js';

/** Why a run ended. */
export type StopReason = 'patience' | 'epochs' | 'aborted' | 'diverged';

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
}

/** The loss or a parameter became NaN or infinite, at or before this place. */
export interface DivergenceEvent extends Position {
  readonly type: 'divergence';
}

/** The state, where `checkpointEvery` says so: what to save so that a crash costs little. */
export interface CheckpointEvent {
  readonly type: 'checkpoint';
  readonly state: TrainingState;
}

export interface StopEvent {
  readonly type: 'stop';
  readonly reason: StopReason;
  /** Begun, whole or not. */
  readonly epochs: number;
  /** Holds the last parameters, and the best ones if there was a validation. */
  readonly state: TrainingState;
  /** Both scores of the best parameters; undefined if there are none. */
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
  | StopEvent;
