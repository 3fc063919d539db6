import type { StopEvent, StopReason, TrainingEvent } from './events.js';
import { lastOf } from './position.js';
import { isFiniteState, type Run, readState } from './run.js';
import type { TrainingState } from './state.js';

/** Why the run is over by its settings; undefined as long as it is not. */
export function endOf(
  { settings, minibatches }: Run,
  { iterations, patience }: TrainingState,
): StopReason | undefined {
  if (iterations > 0 && patience <= iterations - 1) return 'patience';
  return iterations >= settings.epochs * minibatches ? 'epochs' : undefined;
}

/** The last events. Numbers that are not finite are a divergence, whatever else would have ended the run. */
export async function* end(
  run: Run,
  state: TrainingState,
  reason: StopReason,
): AsyncGenerator<TrainingEvent, void, void> {
  const last = await readState(run, state);
  if (isFiniteState(last)) {
    run.progress.lastGood = last;
    return yield await withScores(run, last, reason);
  }
  const diverged = { ...last, iterations: last.iterations - stepsNotTaken(run, last) };
  const stop = await withScores(run, diverged, 'diverged');
  yield { type: 'divergence', ...lastOf(diverged.iterations, run.minibatches) };
  yield stop;
}

/** An engine whose steps tell nothing of their loss takes none after the first whose loss is not finite. */
function stepsNotTaken({ minibatches }: Run, { iterations, runningLoss }: TrainingState): number {
  if (iterations === 0 || Number.isFinite(runningLoss.sum)) return 0;
  const sinceEpochBegan = ((iterations - 1) % minibatches) + 1;
  return Math.max(0, sinceEpochBegan - runningLoss.steps);
}

/** The end, with the scores of the best parameters; but whoever stops a run waits for no scoring. */
async function withScores(run: Run, state: TrainingState, reason: StopReason): Promise<StopEvent> {
  const { engine, scored, minibatches, signal } = run;
  const stop = stopEvent(state, reason, minibatches);
  if (state.best === undefined || signal?.aborted) return stop;
  await engine.writeParameters(state.best.parameters);
  try {
    const scores = {
      validation: await scored.validation.score(signal),
      test: await scored.test.score(signal),
    };
    return { ...stop, scores };
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return stop;
    throw error;
  }
}

/** The end without scores: where there are no best parameters, or no engine, or no time. */
export function stopEvent(
  state: TrainingState,
  reason: StopReason,
  minibatches: number,
): StopEvent {
  const epochs = Math.ceil(state.iterations / minibatches);
  return { type: 'stop', reason, epochs, state, scores: undefined };
}
