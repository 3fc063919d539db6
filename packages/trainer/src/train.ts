import { type Engine, type Examples, type Split, zeroParameters } from '@softreg/backend';
import { allFinite, type ErrorCount, errorRate, score } from '@softreg/model';
import { judge, validationFrequencyOf } from './early-stopping.js';
import { TrainingError } from './errors.js';
import type { StopEvent, StopReason, TrainingEvent } from './events.js';
import { permutation } from './random.js';
import { checkSettings, type TrainingSettings, TUTORIAL_SETTINGS } from './settings.js';
import { initialState, type Position, type TrainingState } from './state.js';
import { type Stepper, stepperFor } from './stepper.js';
import { updateRuleOf } from './update-rules/index.js';
import type { UpdateRule } from './update-rules/update-rule.js';

export interface TrainOptions {
  readonly engine: Engine;
  readonly data: {
    readonly train: Examples;
    readonly validation: Examples;
    readonly test: Examples;
  };
  /** Default: the tutorial's. */
  readonly settings?: TrainingSettings;
  /** Where to go on from; default: parameters that are all zero. */
  readonly state?: TrainingState | undefined;
  /** Stops the run after the minibatch under way. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds from one `checkpoint` event to the next; default: none. */
  readonly checkpointEvery?: number;
  /** In place of the one that the settings name. */
  readonly rule?: UpdateRule;
}

/** A run leaves the thread this often, so that signals, timers and a page's events get their turn. */
const BREATH_MS = 100;

/**
 * Trains by minibatches until patience runs out, and tells what happens as it happens. The last event is always `stop`. The run
 * goes no further than its consumer: to pause is to ask for no next event; to leave the loop frees the device.
 *
 * @throws TrainingError TRAINING_INVALID_SETTING, TRAINING_INVALID_DATA, TRAINING_INVALID_STATE at once; the stream may throw BackendError
 */
export function train(options: TrainOptions): AsyncGenerator<TrainingEvent, void, void> {
  const { data, settings = TUTORIAL_SETTINGS } = options;
  checkSettings(settings);
  checkData(data);
  checkSizes(settings, data);
  const rule = options.rule ?? updateRuleOf(settings);
  const state =
    options.state ??
    initialState(zeroParameters(data.train.features, data.train.classes), settings, rule);
  checkState(state, data.train, settings);
  return loadAndRun(options, settings, state, rule);
}

async function* loadAndRun(
  { engine, data, signal, checkpointEvery = Number.POSITIVE_INFINITY }: TrainOptions,
  settings: TrainingSettings,
  state: TrainingState,
  rule: UpdateRule,
): AsyncGenerator<TrainingEvent, void, void> {
  const loaded: Split[] = [];
  const load = async (examples: Examples, shuffled: boolean) => {
    const split = await engine.load(examples, { minibatch: settings.batchSize, shuffled });
    loaded.push(split);
    return split;
  };
  try {
    const splits = {
      train: await load(data.train, settings.shuffle),
      validation: await load(data.validation, false),
      test: await load(data.test, false),
    };
    const minibatches = Math.floor(data.train.count / settings.batchSize);
    const stepper = stepperFor(engine, rule, state.slots);
    yield* runFrom({ engine, settings, splits, minibatches, stepper }, state, {
      signal,
      checkpointEvery,
    });
  } finally {
    for (const split of loaded) split.close();
  }
}

/** What stays the same from the first minibatch to the last. */
interface Run {
  readonly engine: Engine;
  readonly settings: TrainingSettings;
  readonly splits: { readonly train: Split; readonly validation: Split; readonly test: Split };
  /** In an epoch. */
  readonly minibatches: number;
  readonly stepper: Stepper;
}

async function* runFrom(
  run: Run,
  initial: TrainingState,
  { signal, checkpointEvery }: { signal: AbortSignal | undefined; checkpointEvery: number },
): AsyncGenerator<TrainingEvent, void, void> {
  const { engine, settings, splits, minibatches, stepper } = run;
  const frequency = validationFrequencyOf(settings, minibatches);
  await engine.writeParameters(initial.parameters);
  await engine.writeRunningLoss(initial.runningLoss);
  let state = initial;
  let draw = drawOrder(state, splits.train, settings);
  let breath = Date.now();
  let checkpoint = Date.now();
  while (true) {
    if (state.iterations > 0 && state.patience <= state.iterations - 1) {
      return yield* end(run, state, 'patience');
    }
    if (state.iterations >= settings.epochs * minibatches) return yield* end(run, state, 'epochs');
    if (Date.now() - breath > BREATH_MS) {
      await new Promise((resolve) => setTimeout(resolve));
      breath = Date.now();
    }
    if (signal?.aborted) return yield* end(run, state, 'aborted');
    if (Date.now() - checkpoint >= checkpointEvery) {
      const now = await withDeviceState(run, state);
      if (!isFiniteState(now)) return yield* end(run, state, 'diverged');
      yield { type: 'checkpoint', state: now };
      checkpoint = Date.now();
    }

    const iteration = state.iterations;
    const position = positionOf(iteration, minibatches);
    const start = (position.minibatch - 1) * settings.batchSize;
    const rows = { start, end: start + settings.batchSize, order: draw.order };
    await stepper.step(splits.train, rows);
    state = { ...state, iterations: iteration + 1 };
    const planned = plannedIterations(settings.epochs, minibatches, state.patience);
    const remaining = Math.max(0, planned - state.iterations);
    yield { type: 'minibatch', ...position, minibatches, remaining };

    const validates = state.iterations % frequency === 0;
    const endsEpoch = position.minibatch === minibatches;
    if (!validates && !endsEpoch) continue;
    const { sum, steps } = await engine.readRunningLoss();
    const judged =
      validates && Number.isFinite(sum) ? yield* validate(run, state, position) : state;
    if (!Number.isFinite(sum) || judged === undefined) {
      return yield* end(run, state, 'diverged');
    }
    state = judged;
    if (!endsEpoch) continue;
    await engine.writeRunningLoss({ sum: 0, steps: 0 });
    state = { ...state, random: draw.next };
    draw = drawOrder(state, splits.train, settings);
    yield { type: 'epoch', epoch: position.epoch, meanLoss: sum / steps };
  }
}

/** Scores the validation set, and on a new best the test set; gives the state after it, or nothing if the best is not finite. */
async function* validate(
  run: Run,
  state: TrainingState,
  position: Position,
): AsyncGenerator<TrainingEvent, TrainingState | undefined, void> {
  const { engine, settings, splits, minibatches } = run;
  const validation = await countErrors(run, splits.validation);
  yield { type: 'validation', ...position, minibatches, score: validation };
  const bestRate = state.best ? errorRate(state.best.validation) : Number.POSITIVE_INFINITY;
  const iteration = state.iterations - 1;
  const verdict = judge(errorRate(validation), bestRate, iteration, state.patience, settings);
  if (!verdict.improved) {
    return { ...state, history: [...state.history, { ...position, validation }] };
  }
  const parameters = await engine.readParameters();
  if (!allFinite(parameters)) return undefined;
  yield { type: 'best', ...position, parameters, validation };
  const test = await countErrors(run, splits.test);
  yield { type: 'test', ...position, minibatches, score: test };
  return {
    ...state,
    patience: verdict.patience,
    best: { ...position, parameters, validation, test },
    history: [...state.history, { ...position, validation, test }],
  };
}

/** Over whole minibatches. */
async function countErrors({ engine, settings }: Run, split: Split): Promise<ErrorCount> {
  const count = split.count - (split.count % settings.batchSize);
  return { errors: await engine.countErrors(split, { start: 0, end: count }), count };
}

/** The last events. Numbers that are not finite are a divergence, whatever else would have ended the run. */
async function* end(
  run: Run,
  state: TrainingState,
  reason: StopReason,
): AsyncGenerator<TrainingEvent, void, void> {
  const last = await withDeviceState(run, state);
  if (isFiniteState(last)) return yield await stopEvent(run, last, reason);
  yield { type: 'divergence', ...positionOf(Math.max(0, last.iterations - 1), run.minibatches) };
  yield await stopEvent(run, last, 'diverged');
}

async function stopEvent(run: Run, state: TrainingState, reason: StopReason): Promise<StopEvent> {
  const { engine, settings, splits, minibatches } = run;
  if (state.best !== undefined) await engine.writeParameters(state.best.parameters);
  return {
    type: 'stop',
    reason,
    epochs: Math.ceil(state.iterations / minibatches),
    state,
    scores: state.best && {
      validation: await score(engine, splits.validation, settings.batchSize),
      test: await score(engine, splits.test, settings.batchSize),
    },
  };
}

/** The state with what only the device and the update rule know. */
async function withDeviceState(
  { engine, stepper }: Run,
  state: TrainingState,
): Promise<TrainingState> {
  return {
    ...state,
    parameters: await engine.readParameters(),
    slots: stepper.slots(),
    runningLoss: await engine.readRunningLoss(),
  };
}

function isFiniteState({ parameters, runningLoss }: TrainingState): boolean {
  return allFinite(parameters) && Number.isFinite(runningLoss.sum);
}

function positionOf(iteration: number, minibatches: number): Position {
  return {
    epoch: Math.floor(iteration / minibatches) + 1,
    minibatch: (iteration % minibatches) + 1,
  };
}

/** The order of the epoch under way, and the generator after it was drawn. */
function drawOrder(state: TrainingState, { count }: Split, { shuffle }: TrainingSettings) {
  if (!shuffle) return { order: undefined, next: state.random };
  const { order, state: next } = permutation(count, state.random);
  return { order, next };
}

/** How long the run goes on if patience is not extended once more. */
function plannedIterations(epochs: number, minibatches: number, patience: number): number {
  return Math.min(epochs * minibatches, Math.ceil(patience) + 1);
}

function checkData({ train, ...others }: TrainOptions['data']): void {
  for (const [name, { features, classes }] of Object.entries(others)) {
    if (features === train.features && classes === train.classes) continue;
    throw new TrainingError({
      code: 'TRAINING_INVALID_DATA',
      subject: `${name} set`,
      expected: `${train.features} features and ${train.classes} classes, as the training set has`,
      found: `${features} and ${classes}`,
    });
  }
}

function checkSizes(settings: TrainingSettings, data: TrainOptions['data']): void {
  const { batchSize, epochs, patience, validationFrequency = 1 } = settings;
  for (const [name, { count }] of Object.entries(data)) {
    if (batchSize <= count) continue;
    const set = name === 'train' ? 'training' : name;
    throw new TrainingError({
      code: 'TRAINING_INVALID_SETTING',
      subject: 'batch size',
      expected: `at most ${count}, the number of ${set} images`,
      found: String(batchSize),
    });
  }
  const minibatches = Math.floor(data.train.count / batchSize);
  const iterations = plannedIterations(epochs, minibatches, patience);
  if (validationFrequency > iterations) {
    throw new TrainingError({
      code: 'TRAINING_INVALID_SETTING',
      subject: 'validation frequency',
      expected: `at most ${iterations}, the minibatches until epochs or patience end the run`,
      found: String(validationFrequency),
    });
  }
}

function checkState(state: TrainingState, train: Examples, settings: TrainingSettings): void {
  const { features, classes } = state.parameters;
  if (features !== train.features || classes !== train.classes) {
    throw new TrainingError({
      code: 'TRAINING_INVALID_STATE',
      subject: 'state',
      expected: `${train.features} features and ${train.classes} classes, as the data has`,
      found: `${features} and ${classes}`,
    });
  }
  if (state.patience < settings.patience) {
    throw new TrainingError({
      code: 'TRAINING_INVALID_STATE',
      subject: 'state',
      expected: `a patience of at least ${settings.patience}, as set`,
      found: String(state.patience),
    });
  }
}
