import type { Engine } from '@softreg/backend';
import { allFinite } from '@softreg/model';
import type { MinibatchSource } from './minibatch-source.js';
import type { ScoredSet } from './scored-set.js';
import type { TrainingState } from './state.js';
import { allFiniteSlots, type Stepper } from './stepper.js';
import type { Plan } from './train-options.js';

/** A run on one engine: what stays the same from its first minibatch there to the last. */
export interface Run extends Pick<Plan, 'settings' | 'signal' | 'checkpointEvery'> {
  readonly engine: Engine;
  readonly source: MinibatchSource;
  readonly scored: { readonly validation: ScoredSet; readonly test: ScoredSet };
  /** In an epoch. */
  readonly minibatches: number;
  readonly stepper: Stepper;
  readonly progress: RunProgress;
}

/** What is left of a run when its engine is lost. */
export interface RunProgress {
  /** Minibatches begun so far, over all epochs. */
  begun: number;
  /**
   * Where to go on from: read back, whole and finite. It is set where all events of its minibatches have been told, or are told
   * next with no call of the engine in between: else a loss would swallow one.
   */
  lastGood: TrainingState;
}

/** The state with what only the device and the update rule know. */
export async function readState(
  { engine, stepper }: Run,
  state: TrainingState,
): Promise<TrainingState> {
  return {
    ...state,
    parameters: await engine.readParameters(),
    slots: await stepper.slots(),
    runningLoss: await engine.readRunningLoss(),
  };
}

export function isFiniteState({ parameters, slots, runningLoss }: TrainingState): boolean {
  return allFinite(parameters) && allFiniteSlots(slots) && Number.isFinite(runningLoss.sum);
}
