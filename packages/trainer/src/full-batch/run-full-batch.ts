import type { Engine } from '@softreg/backend';
import { errorRate } from '@softreg/model';
import { type ScoredSet, scoredSet } from '../scored-set.js';
import { parametersOf } from '../vector.js';
import type { FullBatchEvent, FullBatchStopEvent } from './events.js';
import { lossOnEngine } from './loss-on-engine.js';
import { type MinimizationEnd, minimize } from './minimize.js';
import { methodOf } from './settings.js';
import type { FullBatchBest, FullBatchState } from './state.js';
import type { FullBatchOptions } from './train-full-batch.js';
import { norm } from './vectors.js';

type Plan = FullBatchOptions & Required<Pick<FullBatchOptions, 'settings'>>;

interface Scored {
  readonly validation: ScoredSet;
  readonly test: ScoredSet;
}

export async function* runFullBatch(
  plan: Plan,
  start: Float64Array | FullBatchState,
): AsyncGenerator<FullBatchEvent, void, void> {
  const { engine, data, settings, signal } = plan;
  const { batchSize } = settings;
  const closing: { close(): void }[] = [];
  const opened = <Set extends { close(): void }>(set: Set): Set => {
    closing.push(set);
    return set;
  };
  try {
    const split = opened(await engine.load(data.train, { minibatch: batchSize }));
    const scored = {
      validation: opened(await scoredSet(engine, data.validation, batchSize)),
      test: opened(await scoredSet(engine, data.test, batchSize)),
    };
    const rows = { start: 0, end: split.count - (split.count % batchSize) };
    const objective = lossOnEngine(engine, split, rows, settings);
    const { iterations, gradientTolerance } = settings;
    const states = minimize(objective, start instanceof Float64Array ? start : start.minimization, {
      method: methodOf(settings),
      iterations,
      gradientTolerance,
      signal,
    });
    const { features, classes } = split;
    let state: FullBatchState | undefined = start instanceof Float64Array ? undefined : start;
    while (true) {
      const { done, value } = await states.next();
      if (done) {
        // The first thing a minimization gives is where it begins.
        return yield* end(plan, scored, state as FullBatchState, value);
      }
      if (value === state?.minimization) continue;
      const before = state ?? { best: undefined, validations: [] };
      state = { features, classes, ...before, minimization: value };
      if (value.iterations > 0) state = await validate(engine, scored, state);
      yield iterationEvent(state);
      if (state.best?.iteration === value.iterations) yield* bestEvents(state.best);
    }
  } finally {
    for (const set of closing) set.close();
  }
}

/** Scores the validation set, and on a new best the test set. */
async function validate(
  engine: Engine,
  scored: Scored,
  state: FullBatchState,
): Promise<FullBatchState> {
  const { best, minimization } = state;
  const parameters = parametersOf(minimization.point.x, state);
  // The line search may have looked further.
  await engine.writeParameters(parameters);
  const validation = await scored.validation.countErrors();
  const validations = [...state.validations, validation];
  if (best && errorRate(validation) >= errorRate(best.validation)) return { ...state, validations };
  const test = await scored.test.countErrors();
  const iteration = minimization.iterations;
  return { ...state, validations, best: { iteration, parameters, validation, test } };
}

function iterationEvent(state: FullBatchState): FullBatchEvent {
  const { iterations, evaluations, point } = state.minimization;
  return {
    type: 'iteration',
    iteration: iterations,
    loss: point.value,
    gradientNorm: norm(point.gradient),
    evaluations,
    validation: state.validations.at(-1),
    state,
  };
}

function* bestEvents({ test, ...best }: FullBatchBest): Generator<FullBatchEvent, void, void> {
  yield { type: 'best', ...best };
  yield { type: 'test', iteration: best.iteration, score: test };
}

async function* end(
  { engine }: Plan,
  scored: Scored,
  state: FullBatchState,
  reason: MinimizationEnd,
): AsyncGenerator<FullBatchEvent, void, void> {
  const { iterations, evaluations, point } = state.minimization;
  if (reason === 'diverged') yield { type: 'divergence', iteration: iterations };
  const parameters = parametersOf(point.x, state);
  const stop = { type: 'stop', reason, iterations, evaluations, state, parameters } as const;
  yield { ...stop, scores: await scoresOf(engine, scored, state) };
}

async function scoresOf(
  engine: Engine,
  { validation, test }: Scored,
  { best }: FullBatchState,
): Promise<FullBatchStopEvent['scores']> {
  if (best === undefined) return undefined;
  await engine.writeParameters(best.parameters);
  return { validation: await validation.score(), test: await test.score() };
}
