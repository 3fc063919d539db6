import type { Parameters, RunningLoss } from '@softreg/backend';
import type { ErrorCount } from '@softreg/model';
import { initialPatience } from './early-stopping.js';
import type { Position } from './position.js';
import { type RandomState, seedRandom } from './random.js';
import type { RunSettings } from './settings.js';
import type { Slots, UpdateRule } from './update-rules/update-rule.js';

export interface Best extends Position {
  readonly parameters: Parameters;
  /** Over whole minibatches, as all scores of a run. */
  readonly validation: ErrorCount;
  readonly test: ErrorCount;
}

export interface HistoryEntry extends Position {
  readonly validation: ErrorCount;
  /** Only where the validation was the best so far. */
  readonly test?: ErrorCount;
}

/**
 * A run between two minibatches: a plain value, and all there is to it. Training N minibatches, keeping the state and training
 * M more from it is training N + M, to the bit, on the same engine.
 */
export interface TrainingState {
  readonly parameters: Parameters;
  /** What the update rule remembers. */
  readonly slots: Slots;
  /** Minibatches trained on so far, over all epochs. */
  readonly iterations: number;
  /** The run is over once it has more iterations than this. */
  readonly patience: number;
  /** Of the epoch under way. */
  readonly runningLoss: RunningLoss;
  /** As it was before the order of the epoch under way was drawn. */
  readonly random: RandomState;
  readonly best: Best | undefined;
  readonly history: readonly HistoryEntry[];
}

/**
 * The state before the first minibatch.
 *
 * @param minibatches in an epoch
 */
export function initialState(
  parameters: Parameters,
  settings: RunSettings,
  minibatches: number,
  rule: UpdateRule,
): TrainingState {
  return {
    parameters,
    slots: rule.init(parameters),
    iterations: 0,
    patience: initialPatience(settings, minibatches),
    runningLoss: { sum: 0, steps: 0 },
    random: seedRandom(settings.seed),
    best: undefined,
    history: [],
  };
}
