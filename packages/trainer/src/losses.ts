import { BackendError, type Engine } from '@softreg/backend';
import { stopEvent } from './ending.js';
import type { LostEvent, TrainingEvent } from './events.js';
import { minibatchSource } from './minibatch-source.js';
import { lastOf } from './position.js';
import type { RunProgress } from './run.js';
import { runToEnd } from './run-to-end.js';
import { type ScoredSet, scoredSet } from './scored-set.js';
import type { TrainingState } from './state.js';
import { stepperFor } from './stepper.js';
import type { Plan } from './train-options.js';

/** Runs to the end, from one engine to the next where one is lost, each time from the last good state. */
export async function* runThroughLosses(
  plan: Plan,
  state: TrainingState,
): AsyncGenerator<TrainingEvent, void, void> {
  const progress: RunProgress = { begun: state.iterations, lastGood: state };
  const minibatches = Math.floor(plan.data.train.count / plan.settings.batchSize);
  let engine: Engine | undefined = plan.engine;
  while (engine !== undefined) {
    const lost: BackendError | undefined = yield* runUntilLost(plan, engine, progress, minibatches);
    if (lost === undefined) return;
    yield lostEvent(lost, engine, progress, minibatches);
    engine = await openNext(plan, lost);
    progress.begun = progress.lastGood.iterations;
  }
  yield stopEvent(progress.lastGood, 'aborted', minibatches);
}

/** @returns the loss that ended it; nothing if the run is over */
async function* runUntilLost(
  plan: Plan,
  engine: Engine,
  progress: RunProgress,
  minibatches: number,
): AsyncGenerator<TrainingEvent, BackendError | undefined, void> {
  try {
    yield* loadAndRun(plan, engine, progress, minibatches);
    return undefined;
  } catch (error) {
    if (isLoss(error)) return error;
    throw error;
  } finally {
    if (engine !== plan.engine) engine.close();
  }
}

async function* loadAndRun(
  { data, settings, rule, signal, checkpointEvery }: Plan,
  engine: Engine,
  progress: RunProgress,
  minibatches: number,
): AsyncGenerator<TrainingEvent, void, void> {
  const source = await minibatchSource(engine, data.train, settings);
  const loaded: ScoredSet[] = [];
  const load = async (set: typeof data.test) => {
    const scored = await scoredSet(engine, set, settings.batchSize);
    loaded.push(scored);
    return scored;
  };
  try {
    const scored = { validation: await load(data.validation), test: await load(data.test) };
    const stepper = stepperFor(engine, rule, progress.lastGood.slots);
    const run = { engine, settings, source, scored, minibatches, stepper, progress };
    yield* runToEnd({ ...run, signal, checkpointEvery });
  } finally {
    for (const set of loaded) set.close();
    await source.close();
  }
}

function lostEvent(
  { reason }: BackendError,
  { backend }: Engine,
  { begun, lastGood }: RunProgress,
  minibatches: number,
): LostEvent {
  return { type: 'lost', ...lastOf(begun, minibatches), backend, reason, state: lastGood };
}

/**
 * The engine to go on with; nothing if the run is aborted before there is one.
 *
 * @throws BackendError BACKEND_LOST if there is none to be had
 */
async function openNext({ reopen, signal }: Plan, lost: BackendError): Promise<Engine | undefined> {
  if (signal?.aborted) return undefined;
  if (reopen === undefined) throw lost;
  const opening = (async () => reopen(lost))();
  try {
    return await unlessAborted(opening, signal);
  } catch (cause) {
    if (signal?.aborted) return undefined;
    if (isLoss(cause)) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    const reason = `${lost.reason}; no other engine could be opened: ${why}`;
    throw new BackendError('BACKEND_LOST', reason, { cause, backend: lost.backend });
  }
}

/** An engine that comes too late is closed. */
async function unlessAborted(
  opening: Promise<Engine>,
  signal: AbortSignal | undefined,
): Promise<Engine | undefined> {
  let abort = () => {};
  const aborted = new Promise<undefined>((resolve) => {
    abort = () => resolve(undefined);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
  });
  try {
    const engine = await Promise.race([opening, aborted]);
    if (engine === undefined) opening.then((late) => late.close()).catch(() => {});
    return engine;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

function isLoss(error: unknown): error is BackendError {
  return BackendError.isInstance(error) && error.code === 'BACKEND_LOST';
}
