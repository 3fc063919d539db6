import { allFinite } from '@softreg/model';
import { judge } from './early-stopping.js';
import type { TrainingEvent } from './events.js';
import { lastOf } from './position.js';
import type { Run } from './run.js';
import type { TrainingState } from './state.js';
import { allFiniteSlots } from './stepper.js';

/**
 * Scores the validation set, and on a new best the test set.
 *
 * @returns the state after it, where it is a new best with the parameters that were read; nothing if those are not finite
 */
export async function* validate(
  run: Run,
  state: TrainingState,
): AsyncGenerator<TrainingEvent, TrainingState | undefined, void> {
  const { engine, settings, scored, minibatches, stepper } = run;
  const position = lastOf(state.iterations, minibatches);
  const validation = await scored.validation.countErrors();
  yield { type: 'validation', ...position, minibatches, score: validation };
  const { improved, patience } = judge(validation, state, settings, minibatches);
  if (!improved) {
    return { ...state, patience, history: [...state.history, { ...position, validation }] };
  }
  const parameters = await engine.readParameters();
  const slots = await stepper.slots();
  if (!allFinite(parameters) || !allFiniteSlots(slots)) return undefined;
  yield { type: 'best', ...position, parameters, validation };
  const test = await scored.test.countErrors();
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
