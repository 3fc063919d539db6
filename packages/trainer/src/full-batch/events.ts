import type { Parameters } from '@softreg/backend';
import type { ErrorCount, Scores } from '@softreg/model';
import type { MinimizationEnd } from './minimize.js';
import type { FullBatchState } from './state.js';

interface AtIteration {
  /** From 1; 0 is the start. */
  readonly iteration: number;
}

/** The parameters have moved, or where `iteration` is 0, the run begins with them. */
export interface FullBatchIterationEvent extends AtIteration {
  readonly type: 'iteration';
  /** Mean negative log-likelihood over the training images, in nats, and the penalty. */
  readonly loss: number;
  /** Euclidean. */
  readonly gradientNorm: number;
  /** Of loss and gradient together, so far. */
  readonly evaluations: number;
  /** Of these parameters; undefined at the start. */
  readonly validation: ErrorCount | undefined;
  /** With all that belongs to this iteration: good to go on from, here or on another engine. */
  readonly state: FullBatchState;
}

/** That validation was the best so far. */
export interface FullBatchBestEvent extends AtIteration {
  readonly type: 'best';
  readonly parameters: Parameters;
  readonly validation: ErrorCount;
}

/** The test score of the best parameters so far. */
export interface FullBatchTestEvent extends AtIteration {
  readonly type: 'test';
  readonly score: ErrorCount;
}

/** The loss or its gradient is NaN or infinite where the run was to begin; `stop` follows. */
export interface FullBatchDivergenceEvent extends AtIteration {
  readonly type: 'divergence';
}

export interface FullBatchStopEvent {
  readonly type: 'stop';
  readonly reason: MinimizationEnd;
  readonly iterations: number;
  readonly evaluations: number;
  /** After the last whole iteration. */
  readonly state: FullBatchState;
  /** The last parameters. */
  readonly parameters: Parameters;
  /** Both scores of the best parameters; undefined if there was no iteration. */
  readonly scores: { readonly validation: Scores; readonly test: Scores } | undefined;
}

export type FullBatchEvent =
  | FullBatchIterationEvent
  | FullBatchBestEvent
  | FullBatchTestEvent
  | FullBatchDivergenceEvent
  | FullBatchStopEvent;
