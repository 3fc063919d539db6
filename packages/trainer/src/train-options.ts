import type { BackendError, Engine, Examples } from '@softreg/backend';
import type { ExampleStream } from '@softreg/model';
import type { RunSettings } from './settings.js';
import type { TrainingState } from './state.js';
import type { UpdateRule } from './update-rules/update-rule.js';

export interface TrainOptions {
  /** It stays the caller's, also when it is lost: the run never closes it. */
  readonly engine: Engine;
  readonly data: {
    /** Each all in memory, or read as it is needed. */
    readonly train: Examples | ExampleStream;
    readonly validation: Examples | ExampleStream;
    readonly test: Examples | ExampleStream;
  };
  /** Default: the tutorial's. */
  readonly settings?: RunSettings;
  /** Where to go on from; default: parameters that are all zero. */
  readonly state?: TrainingState | undefined;
  /** Stops the run after the minibatch under way, or in the middle of a validation: a run that goes on from there makes it first. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds from one `checkpoint` event to the next, or one after each epoch; default: none. */
  readonly checkpointEvery?: number | 'epoch';
  /**
   * Opens another engine when the one in use is lost: called each time, after the `lost` event. If it throws, the run ends. What
   * it gives is closed by the run, at the end or when it is lost too. Default: a loss ends the run.
   */
  readonly reopen?: ((lost: BackendError) => Promise<Engine>) | undefined;
  /** In place of the one that the settings name. */
  readonly rule?: UpdateRule;
}

/** Options with nothing left to choose. */
export type Plan = TrainOptions &
  Required<Pick<TrainOptions, 'settings' | 'checkpointEvery' | 'rule'>>;
