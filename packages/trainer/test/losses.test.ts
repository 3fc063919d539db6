import { type BackendError, type Engine, openEngine, openReferenceEngine } from '@softreg/backend';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  adam,
  type LostEvent,
  type TrainingEvent,
  type TrainOptions,
  train,
  type UpdateRule,
} from '../src/index.js';
import { type LosableEngine, type Loss, losable, type Manner, scramble } from './losable-engine.js';
import { momentum } from './momentum.js';
import {
  DATA,
  EVENTFUL,
  eventsOf,
  MINIBATCHES,
  SETTINGS,
  statesOf,
  stopOf,
  typesOf,
} from './small-run.js';

const MANNERS: Manner[] = ['before', 'during', 'after garbage'];

// Not the float64 reference: what is read from it is rounded.
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('cpu');
});
afterAll(() => engine.close());

interface LossyRun {
  readonly events: TrainingEvent[];
  readonly losts: readonly LostEvent[];
  /** One after the other. */
  readonly engines: readonly LosableEngine[];
}

/** A run whose engines are lost as planned, one after the other. What must hold in any such run is checked here. */
async function lossyRun(
  options: Omit<TrainOptions, 'engine'>,
  losses: readonly Loss[],
  real = engine,
): Promise<LossyRun> {
  const first = losable(real, losses[0]);
  const engines = [first];
  const events: TrainingEvent[] = [];
  const reopen = async (lost: BackendError) => {
    expect(lost.code).toBe('BACKEND_LOST');
    expect(events.at(-1)).toMatchObject({ type: 'lost', reason: lost.reason });
    await scramble(real);
    const next = losable(real, losses[engines.length]);
    engines.push(next);
    return next;
  };
  for await (const event of train({ ...options, engine: first, reopen })) {
    const isLost = engines.at(-1)?.isLost();
    if (isLost) expect(engines.at(-1)?.openSplits()).toBe(0);
    expect(event.type === 'lost', 'the first event after a loss, and no other, tells of it').toBe(
      isLost,
    );
    events.push(event);
  }
  const losts = events.flatMap((event) => (event.type === 'lost' ? [event] : []));
  expect(losts).toHaveLength(engines.length - 1);
  expect(engines.map((each) => each.openSplits())).toEqual(engines.map(() => 0));
  // The first is the caller's.
  expect(engines.map((each) => each.closed())).toEqual(engines.map((_, i) => (i === 0 ? 0 : 1)));
  return { events, losts, engines };
}

/** Minibatches of the run up to an event. */
function iterationsAt(event: TrainingEvent): number {
  if ('state' in event) return event.state.iterations;
  const minibatch = 'minibatch' in event ? event.minibatch : MINIBATCHES;
  return (event.epoch - 1) * MINIBATCHES + minibatch;
}

/** What a consumer keeps: at a loss it drops what came after the state that the run goes on from. */
function kept(events: readonly TrainingEvent[]): TrainingEvent[] {
  let result: TrainingEvent[] = [];
  for (const event of events) {
    if (event.type !== 'lost') result.push(event);
    else result = result.filter((each) => iterationsAt(each) <= event.state.iterations);
  }
  return result.filter(({ type }) => type !== 'checkpoint');
}

/** Minibatches until the last end of an epoch, or best validation within one, of which these events tell. */
function lastGoodOf(told: readonly TrainingEvent[]): number {
  const isGood = (event: TrainingEvent) =>
    event.type === 'epoch' || (event.type === 'test' && event.minibatch < MINIBATCHES);
  return Math.max(0, ...told.filter(isGood).map(iterationsAt));
}

describe.each<[string, 'cpu' | 'simd', UpdateRule | undefined]>([
  ['sgd, as the engine takes it', 'cpu', undefined],
  ['a rule with slots, applied here', 'cpu', momentum],
  ['a rule with slots, as the engine takes it', 'simd', adam({ learningRate: 0.1 })],
])('whatever call a device is lost at, nothing is changed: %s', (_, backend, rule) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(backend);
  });
  afterAll(() => engine.close());

  test.each(MANNERS)('%s', async (manner) => {
    const options = { data: DATA, settings: EVENTFUL, ...(rule && { rule }) };
    const straight = await eventsOf({ ...options, engine });
    const states = await statesOf({ ...options, engine });
    const counted = losable(engine);
    await eventsOf({ ...options, engine: counted });
    // A loss that comes after the last call is none.
    const lossy = counted.calls.slice(manner === 'after garbage' ? 1 : 0);
    for (let call = 1; call <= lossy.length; call++) {
      const { events, losts, engines } = await lossyRun(options, [{ call, manner }], engine);
      const where = `call ${call}, ${counted.calls[call - 1]}`;
      expect(kept(events), where).toEqual(straight);
      expect(losts, where).toHaveLength(1);

      const [{ state, ...place }] = losts as [LostEvent];
      const told = events.slice(0, events.indexOf(losts[0] as LostEvent));
      const taken = told.filter(({ type }) => type === 'minibatch').length;
      // After the last minibatch the state that the run ends with is good as soon as it has been read.
      const isEnd = taken === states.length - 1 && state.iterations === taken;
      expect(state, where).toEqual(states[isEnd ? taken : lastGoodOf(told)]);

      if (rule !== undefined) continue;
      const begun = engines[0]?.calls.at(-1) === 'step' ? taken + 1 : taken;
      expect((place.epoch - 1) * MINIBATCHES + place.minibatch, where).toBe(Math.max(1, begun));
    }
  });
});

const losses = fc.array(
  fc.record({ call: fc.integer({ min: 1, max: 70 }), manner: fc.constantFrom(...MANNERS) }),
  { minLength: 1, maxLength: 6 },
);

const plans = fc.record({
  settings: fc.record({
    shuffle: fc.boolean(),
    l2: fc.constantFrom(0, 0.02),
    seed: fc.nat(2 ** 32 - 1),
    epochs: fc.integer({ min: 1, max: 5 }),
    patience: fc.integer({ min: 4, max: 30 }),
    validationFrequency: fc.constantFrom(undefined, 1, 4, 5),
  }),
  losses,
  checkpointEvery: fc.constantFrom(0, 'epoch' as const, Number.POSITIVE_INFINITY),
  rule: fc.constantFrom(undefined, momentum),
});

test('losses in a chain change nothing, to the bit', async () => {
  let most = 0;
  await fc.assert(
    fc.asyncProperty(plans, async ({ settings: changes, losses, checkpointEvery, rule }) => {
      const settings = { ...SETTINGS, ...changes };
      const options = { data: DATA, settings, ...(rule && { rule }) };
      const straight = await eventsOf({ ...options, engine });
      const { events, losts } = await lossyRun({ ...options, checkpointEvery }, losses);
      expect(kept(events)).toEqual(straight);
      most = Math.max(most, losts.length);
    }),
    { numRuns: 100 },
  );
  expect(most).toBeGreaterThan(3);
});

test('a checkpoint is a state to go on from', async () => {
  const options = { data: DATA, settings: EVENTFUL, checkpointEvery: 0 };
  const counted = losable(engine);
  await eventsOf({ ...options, engine: counted });
  const steps = counted.calls.flatMap((name, i) => (name === 'step' ? [i + 1] : []));
  for (const [taken, call] of steps.entries()) {
    const { losts } = await lossyRun(options, [{ call, manner: 'before' }]);
    expect(losts).toMatchObject([{ state: { iterations: taken } }]);
  }
});

test('to be ready for a loss takes one read of the parameters an epoch, and none within it', async () => {
  const counted = losable(engine);
  const settings = { ...SETTINGS, epochs: 2, validationFrequency: 9 };
  await eventsOf({ engine: counted, data: DATA, settings });
  const steps = (count: number) => Array.from({ length: count }, () => 'step');
  const both = ['countErrors', 'countErrors'];
  expect(counted.calls).toEqual([
    ...['load', 'load', 'load', 'writeParameters', 'writeRunningLoss'],
    ...[...steps(6), 'readRunningLoss', 'readParameters', 'writeRunningLoss'],
    ...[...steps(3), 'readRunningLoss', 'countErrors', 'readParameters', 'countErrors'],
    ...[...steps(3), 'readRunningLoss', 'readParameters', 'writeRunningLoss'],
    ...['readParameters', 'readRunningLoss', 'writeParameters', ...both, ...both],
  ]);

  const ofBest = losable(engine);
  await eventsOf({ engine: ofBest, data: DATA, settings: { ...SETTINGS, epochs: 1 } });
  const ended = ['countErrors', 'readParameters', 'countErrors', 'writeRunningLoss'];
  expect(ofBest.calls.slice(5, 16)).toEqual([...steps(6), 'readRunningLoss', ...ended]);
});

test('a run that goes on from a state falls back on that state', async () => {
  const options = { data: DATA, settings: EVENTFUL };
  const states = await statesOf({ ...options, engine });
  const straight = await eventsOf({ ...options, engine });
  for (const state of states.slice(0, -1)) {
    const { events, losts } = await lossyRun({ ...options, state }, [
      { call: 1, manner: 'before' },
      { call: 6, manner: 'during' },
      { call: 2, manner: 'before' },
    ]);
    expect(losts.map((lost) => lost.state)).toEqual([state, state, state]);
    expect(losts).toMatchObject([
      lastPlace(state.iterations),
      lastPlace(state.iterations + 1),
      lastPlace(state.iterations),
    ]);
    expect(kept(events)).toEqual(straight.slice(-kept(events).length));
    expect(stopOf(events)).toEqual(stopOf(straight));
  }
});

function lastPlace(iterations: number) {
  const last = Math.max(0, iterations - 1);
  return { epoch: Math.floor(last / MINIBATCHES) + 1, minibatch: (last % MINIBATCHES) + 1 };
}

test('parameters that are not finite at the end of an epoch are no state to go on from', async () => {
  let steps = 0;
  const breaking: UpdateRule = {
    ...momentum,
    update: (...given) => {
      const next = momentum.update(...given);
      steps += 1;
      if (steps === 12) next.parameters.weights[3] = Number.NaN;
      return next;
    },
  };
  const settings = { ...SETTINGS, validationFrequency: 5 };
  const events = await eventsOf({ engine, data: DATA, settings, rule: breaking });
  expect(events.slice(-3)).toMatchObject([
    { type: 'minibatch', epoch: 2, minibatch: 6 },
    { type: 'divergence', epoch: 2, minibatch: 6 },
    { type: 'stop', reason: 'diverged' },
  ]);
});

test('training goes on with an engine of another kind', async () => {
  const options = { data: DATA, settings: SETTINGS };
  const straight = stopOf(await eventsOf({ ...options, engine: openReferenceEngine() }));
  const reopen = async () => openReferenceEngine();
  const events = await eventsOf({
    ...options,
    engine: losable(engine, { call: 20, manner: 'during' }),
    reopen,
  });
  expect(typesOf(events)).toContain('lost');
  const { state, scores } = stopOf(events);
  expect(state.history).toEqual(straight.state.history);
  expect(scores).toEqual(straight.scores);
});
