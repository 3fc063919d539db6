import { allFinite } from '@softreg/model';
import { judge, validationFrequencyOf } from './early-stopping.js';
import type { StopReason, TrainingEvent } from './events.js';
import { lastOf } from './position.js';
import type { Run } from './run.js';
import type { TrainingState } from './state.js';
import { allFiniteSlots } from './stepper.js';

/** Why there is no next state. */
export type NoNext = Extract<StopReason, 'aborted' | 'diverged'>;

/**
 * Scores the validation set, and on a new best the test set. Nothing is told before both are scored, so that one that is aborted has told
 * nothing and can be made again.
 *
 * @returns the state after it, where it is a new best with the parameters that were read
 */
export async function* validate(
  run: Run,
  state: TrainingState,
): AsyncGenerator<TrainingEvent, TrainingState | NoNext, void> {
  const { signal } = run;
  try {
    return yield* scoreAndJudge(run, state);
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return 'aborted';
    throw error;
  }
}

async function* scoreAndJudge(
  run: Run,
  state: TrainingState,
): AsyncGenerator<TrainingEvent, TrainingState | 'diverged', void> {
  const { engine, settings, scored, minibatches, stepper, signal } = run;
  const position = lastOf(state.iterations, minibatches);
  const validation = await scored.validation.countErrors(signal);
  const { improved, patience } = judge(validation, state, settings, minibatches);
  const told = { type: 'validation', ...position, minibatches, score: validation } as const;
  if (!improved) {
    yield told;
    return { ...state, patience, history: [...state.history, { ...position, validation }] };
  }
  const parameters = await engine.readParameters();
  const slots = await stepper.slots();
  if (!allFinite(parameters) || !allFiniteSlots(slots)) {
    yield told;
    return 'diverged';
  }
  const test = await scored.test.countErrors(signal);
  yield told;
  yield { type: 'best', ...position, parameters, validation };
  yield { type: 'test', ...position, minibatches, score: test };
  return {
    ...state,
    parameters,
    slots,
    patience,
    best: { ...position, parameters, validation, test },
    history: [...state.history, { ...position, validation, test }],
  };
}

/** Whether a validation is made after the last minibatch. */
export function isValidated(
  { settings, minibatches }: Run,
  { iterations }: TrainingState,
): boolean {
  return iterations % validationFrequencyOf(settings, minibatches) === 0;
}

/** Whether it is still to be made, as that of a run that was aborted in the middle of it. */
export function isValidationDue(run: Run, state: TrainingState): boolean {
  // At the beginning of an epoch all that belongs to the one before is done.
  if (state.runningLoss.steps === 0 || !isValidated(run, state)) return false;
  const { epoch, minibatch } = lastOf(state.iterations, run.minibatches);
  const last = state.history.at(-1);
  return last?.epoch !== epoch || last.minibatch !== minibatch;
}
