import { allFinite } from '@softreg/model';
import { plannedIterations } from './early-stopping.js';
import { end, endOf } from './ending.js';
import type { MinibatchEvent, TrainingEvent } from './events.js';
import { lastOf } from './position.js';
import type { RandomState } from './random.js';
import { isFiniteState, type Run, readState } from './run.js';
import type { TrainingState } from './state.js';
import { allFiniteSlots } from './stepper.js';
import { BREATH_MS, breath, startTimer } from './timer.js';
import { isValidated, isValidationDue, type NoNext, validate } from './validate.js';

const NO_LOSS = { sum: 0, steps: 0 };

/** Trains from the last good state to the end. */
export async function* runToEnd(run: Run): AsyncGenerator<TrainingEvent, void, void> {
  const { engine, source, minibatches, progress, signal } = run;
  let state = progress.lastGood;
  await engine.writeParameters(state.parameters);
  await engine.writeRunningLoss(state.runningLoss);
  let afterEpoch = source.begin(state, state.iterations % minibatches);
  let isNewEpoch = false;
  if (isValidationDue(run, state)) {
    const next = yield* takeStock(run, state, afterEpoch);
    if (typeof next === 'string') return yield* end(run, state, next);
    state = next;
    isNewEpoch = state.iterations % minibatches === 0;
  }
  const sinceBreath = startTimer();
  const sinceCheckpoint = startTimer();
  while (true) {
    const over = endOf(run, state);
    if (over !== undefined) return yield* end(run, state, over);
    if (isNewEpoch) afterEpoch = source.begin(state, 0);
    isNewEpoch = false;
    if (sinceBreath.elapsed() > BREATH_MS) {
      await breath();
      sinceBreath.restart();
    }
    if (signal?.aborted) return yield* end(run, state, 'aborted');
    if (run.checkpointEvery !== 'epoch' && sinceCheckpoint.elapsed() >= run.checkpointEvery) {
      const now = await readState(run, state);
      if (!isFiniteState(now)) return yield* end(run, state, 'diverged');
      progress.lastGood = now;
      yield { type: 'checkpoint', state: now };
      sinceCheckpoint.restart();
    }
    const diverged = await takeStep(run, state.iterations);
    state = { ...state, iterations: progress.begun };
    yield minibatchEvent(run, state);
    if (diverged) return yield* end(run, state, 'diverged');
    const next = yield* takeStock(run, state, afterEpoch);
    if (typeof next === 'string') return yield* end(run, state, next);
    state = next;
    isNewEpoch = state.iterations % minibatches === 0;
  }
}

/** @returns whether a number of it is known to be NaN or infinite */
async function takeStep(
  { stepper, source, minibatches, progress }: Run,
  iteration: number,
): Promise<boolean> {
  progress.begun = iteration + 1;
  let diverged = false;
  await source.step(async (split, rows) => {
    diverged = await stepper.step(split, rows, iteration);
  }, iteration % minibatches);
  return diverged;
}

function minibatchEvent({ settings, minibatches }: Run, state: TrainingState): MinibatchEvent {
  const planned = plannedIterations(settings.epochs, minibatches, state.patience);
  const remaining = Math.max(0, planned - state.iterations);
  const position = lastOf(state.iterations, minibatches);
  return { type: 'minibatch', ...position, minibatches, remaining };
}

/** Validates and ends the epoch, each where it is time. */
async function* takeStock(
  run: Run,
  state: TrainingState,
  afterEpoch: RandomState,
): AsyncGenerator<TrainingEvent, TrainingState | NoNext, void> {
  const { engine, minibatches, progress } = run;
  const validates = isValidated(run, state);
  const endsEpoch = state.iterations % minibatches === 0;
  if (!validates && !endsEpoch) return state;
  const known = { ...state, runningLoss: await engine.readRunningLoss() };
  if (!Number.isFinite(known.runningLoss.sum)) return 'diverged';
  const judged = validates ? yield* validate(run, known) : known;
  if (typeof judged === 'string') return judged;
  const isBest = judged.best !== state.best;
  if (endsEpoch) return yield* endEpoch(run, judged, isBest, afterEpoch);
  if (isBest) progress.lastGood = judged;
  return judged;
}

/** @param isKnown whether the state has the parameters as they are on the device */
async function* endEpoch(
  { engine, stepper, minibatches, progress, checkpointEvery }: Run,
  state: TrainingState,
  isKnown: boolean,
  random: RandomState,
): AsyncGenerator<TrainingEvent, TrainingState | NoNext, void> {
  const parameters = isKnown ? state.parameters : await engine.readParameters();
  const slots = await stepper.slots();
  if (!allFinite(parameters) || !allFiniteSlots(slots)) return 'diverged';
  await engine.writeRunningLoss(NO_LOSS);
  const next = { ...state, parameters, slots, runningLoss: NO_LOSS, random };
  progress.lastGood = next;
  const { sum, steps } = state.runningLoss;
  const epoch = state.iterations / minibatches;
  yield { type: 'epoch', epoch, meanLoss: sum / steps, parameters };
  if (checkpointEvery === 'epoch') yield { type: 'checkpoint', state: next };
  return next;
}
