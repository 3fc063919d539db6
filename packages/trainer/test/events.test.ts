import { type Engine, openReferenceEngine, type Rows } from '@softreg/backend';
import { describe, expect, test, vi } from 'vitest';
import { type CheckpointEvent, type TrainingEvent, train } from '../src/index.js';
import {
  DATA,
  DEVICE_ENGINES,
  eventsOf,
  eventsUntil,
  SETTINGS,
  stopOf,
  typesOf,
} from './small-run.js';

const [openDevice] = DEVICE_ENGINES.map(([, open]) => open) as [() => Promise<Engine>];

const short = { data: DATA, settings: { ...SETTINGS, epochs: 2, validationFrequency: 4 } };

describe('what happens is told in the order in which it happens', () => {
  test('in a small run', async () => {
    const events = await eventsOf({ ...short, engine: openReferenceEngine() });
    const lines = events.map((event) =>
      'minibatch' in event
        ? `${event.type} ${event.epoch}.${event.minibatch}`
        : `${event.type} ${event.type === 'epoch' ? event.epoch : ''}`.trim(),
    );
    expect(lines).toEqual([
      ...['minibatch 1.1', 'minibatch 1.2', 'minibatch 1.3', 'minibatch 1.4'],
      ...['validation 1.4', 'best 1.4', 'test 1.4'],
      ...['minibatch 1.5', 'minibatch 1.6', 'epoch 1'],
      ...['minibatch 2.1', 'minibatch 2.2', 'validation 2.2', 'best 2.2', 'test 2.2'],
      ...['minibatch 2.3', 'minibatch 2.4', 'minibatch 2.5', 'minibatch 2.6'],
      ...['validation 2.6', 'epoch 2', 'stop'],
    ]);
  });

  test('scores are over whole minibatches, and at the end over all images as well', async () => {
    const events = await eventsOf({ ...short, engine: openReferenceEngine() });
    for (const event of events) {
      if (event.type === 'validation') expect(event.score.count).toBe(24);
      if (event.type === 'test') expect(event.score.count).toBe(18);
    }
    const { scores, state } = stopOf(events);
    expect(scores).toMatchObject({
      validation: { wholeMinibatches: state.best?.validation, full: { count: 26 } },
      test: { wholeMinibatches: state.best?.test, full: { count: 20 } },
    });
    expect(scores?.validation.full.errors).toBeGreaterThanOrEqual(
      state.best?.validation.errors ?? 99,
    );
  });

  test('the best parameters are those at the best validation, not the last ones', async () => {
    const engine = openReferenceEngine();
    let atBest: object | undefined;
    const events: TrainingEvent[] = [];
    const settings = { ...short.settings, epochs: 12 };
    for await (const event of train({ ...short, settings, engine })) {
      events.push(event);
      if (event.type !== 'best') continue;
      const { type: _, ...rest } = event;
      atBest = rest;
      expect(event.parameters).toEqual(await engine.readParameters());
    }
    const { best, parameters } = stopOf(events).state;
    expect(best).toMatchObject(atBest ?? {});
    expect(best?.parameters).not.toEqual(parameters);
    const validations = events.flatMap((event) => (event.type === 'validation' ? [event] : []));
    expect(best?.validation.errors).toBe(Math.min(...validations.map(({ score }) => score.errors)));
  });

  test('the mean loss of the first epoch starts at log(classes)', async () => {
    const settings = { ...SETTINGS, epochs: 1, learningRate: 1e-12 };
    const events = await eventsOf({ engine: openReferenceEngine(), data: DATA, settings });
    const epoch = events.find((event) => event.type === 'epoch');
    expect(epoch?.meanLoss).toBeCloseTo(Math.log(3), 9);
  });
});

describe('minibatches', () => {
  test.each([
    ['epochs', { epochs: 3 }, 18],
    ['patience', { patience: 8, patienceIncrease: 1, improvementThreshold: 0.01 }, 9],
    ['a fractional patience', { patience: 2, patienceIncrease: 1.9, validationFrequency: 3 }, 5],
  ])('remaining counts down to 0 where %s end the run', async (_, changes, iterations) => {
    const settings = { ...SETTINGS, ...changes };
    const events = await eventsOf({ engine: openReferenceEngine(), data: DATA, settings });
    const left = events.flatMap((event) => (event.type === 'minibatch' ? [event.remaining] : []));
    expect(left).toHaveLength(iterations);
    const extended = left.findIndex((value, i) => i > 0 && value >= (left[i - 1] as number));
    const tail = left.slice(Math.max(0, extended));
    expect(tail).toEqual(Array.from(tail, (_, i) => tail.length - 1 - i));
    expect(events.filter((event) => event.type === 'minibatch')).toEqual(
      left.map((remaining, i) => ({
        type: 'minibatch',
        epoch: Math.floor(i / 6) + 1,
        minibatch: (i % 6) + 1,
        minibatches: 6,
        remaining,
      })),
    );
  });

  const rowsOfEpochs = async (changes: object): Promise<Rows[][]> => {
    const rows: Rows[] = [];
    const engine = openReferenceEngine();
    const recording: Engine = {
      ...engine,
      step(split, step, update) {
        rows.push(step);
        engine.step(split, step, update);
      },
    };
    await eventsOf({ engine: recording, data: DATA, settings: { ...SETTINGS, ...changes } });
    return [0, 6, 12, 18].map((start) => rows.slice(start, start + 6));
  };

  test('are taken in file order, and the images left over are left out', async () => {
    const ranges = [0, 6, 12, 18, 24, 30].map((start) => ({
      start,
      end: start + 6,
      order: undefined,
    }));
    expect(await rowsOfEpochs({})).toEqual([ranges, ranges, ranges, ranges]);
  });

  test('follow a new order in each epoch when shuffled', async () => {
    const epochs = await rowsOfEpochs({ shuffle: true, seed: 7 });
    const orders = epochs.map((rows) => rows[0]?.order as Int32Array);
    for (const [epoch, order] of orders.entries()) {
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
      for (const rows of epochs[epoch] ?? []) expect(rows.order).toBe(order);
      expect(epochs[epoch]?.map(({ start }) => start)).toEqual([0, 6, 12, 18, 24, 30]);
    }
    expect(new Set(orders.map((order) => order.join())).size).toBe(4);
    expect(await rowsOfEpochs({ shuffle: true, seed: 7 })).toEqual(epochs);
    expect(await rowsOfEpochs({ shuffle: true, seed: 8 })).not.toEqual(epochs);
  });
});

describe('checkpoints', () => {
  test('come before each minibatch, if they may, and a run resumed from any is the same', async () => {
    const engine = await openDevice();
    const options = { ...short, settings: { ...short.settings, shuffle: true }, engine };
    const straight = await eventsOf(options);
    const events = await eventsOf({ ...options, checkpointEvery: 0 });
    const states = events.flatMap((event) => (event.type === 'checkpoint' ? [event.state] : []));
    expect(states.map(({ iterations }) => iterations)).toEqual(
      Array.from({ length: 12 }, (_, i) => i),
    );
    expect(events.filter(({ type }) => type !== 'checkpoint')).toEqual(straight);
    for (const state of states) {
      const resumed = await eventsOf({ ...options, state });
      expect(resumed).toEqual(straight.slice(-resumed.length));
      const steps = typesOf(resumed).filter((type) => type === 'minibatch');
      expect(steps).toHaveLength(12 - state.iterations);
    }
    engine.close();
  });

  test('come after each epoch, if they are to, and a run resumed from any is the same', async () => {
    const engine = await openDevice();
    const options = { ...short, settings: { ...short.settings, shuffle: true }, engine };
    const straight = await eventsOf(options);
    const events = await eventsOf({ ...options, checkpointEvery: 'epoch' });
    expect(events.filter(({ type }) => type !== 'checkpoint')).toEqual(straight);
    const places = events.flatMap(({ type }, i) => (type === 'checkpoint' ? [i] : []));
    expect(places.map((i) => events[i - 1])).toEqual(
      straight.filter(({ type }) => type === 'epoch'),
    );
    for (const place of places) {
      const { state } = events[place] as CheckpointEvent;
      const later = events.slice(place).filter(({ type }) => type !== 'checkpoint');
      expect(await eventsOf({ ...options, state })).toEqual(later);
    }
    engine.close();
  });

  test('come as far apart as is asked for', async () => {
    let now = 1_000_000;
    vi.spyOn(Date, 'now').mockImplementation(() => now);
    const events: TrainingEvent[] = [];
    const engine = openReferenceEngine();
    for await (const event of train({ ...short, engine, checkpointEvery: 25 })) {
      events.push(event);
      if (event.type === 'minibatch') now += 10;
      // A slow consumer: the time that it takes to save is not counted.
      if (event.type === 'checkpoint') now += 40;
    }
    const states = events.flatMap((event) => (event.type === 'checkpoint' ? [event.state] : []));
    expect(states.map(({ iterations }) => iterations)).toEqual([3, 6, 9]);
  });

  test('are none unless they are asked for, nor before their time', async () => {
    const engine = openReferenceEngine();
    for (const changes of [{}, { checkpointEvery: 3_600_000 }]) {
      expect(typesOf(await eventsOf({ ...short, engine, ...changes }))).not.toContain('checkpoint');
    }
  });
});

describe('the splits on the device are closed', () => {
  const counting = (failing = '') => {
    const engine = openReferenceEngine();
    const open = { now: 0, ever: 0 };
    const counted: Engine = {
      ...engine,
      async load(examples, options) {
        if (failing === 'load' && open.ever === 2) throw new Error('no memory');
        const split = await engine.load(examples, options);
        open.now += 1;
        open.ever += 1;
        return Object.assign(split, { close: () => (open.now -= 1) });
      },
      async countErrors(split, rows) {
        if (failing === 'countErrors') throw new Error('device lost');
        return engine.countErrors(split, rows);
      },
    };
    return { engine: counted, open };
  };

  test('at the end', async () => {
    const { engine, open } = counting();
    await eventsOf({ ...short, engine });
    expect(open).toEqual({ now: 0, ever: 3 });
  });

  test.each(['minibatch', 'validation', 'best', 'test', 'epoch', 'checkpoint', 'stop'])(
    'when the loop is left at a %s event',
    async (type) => {
      const { engine, open } = counting();
      for await (const event of train({ ...short, engine, checkpointEvery: 0 })) {
        expect(open.now).toBe(3);
        if (event.type === type) break;
      }
      expect(open).toEqual({ now: 0, ever: 3 });
    },
  );

  test('when the engine fails', async () => {
    const { engine, open } = counting('countErrors');
    await expect(eventsOf({ ...short, engine })).rejects.toThrow('device lost');
    expect(open).toEqual({ now: 0, ever: 3 });
  });

  test('when a later one cannot be loaded', async () => {
    const { engine, open } = counting('load');
    await expect(eventsOf({ ...short, engine })).rejects.toThrow('no memory');
    expect(open).toEqual({ now: 0, ever: 2 });
  });
});

describe('an AbortSignal', () => {
  test('that is aborted already stops the run before the first minibatch', async () => {
    const events = await eventsUntil(0, { ...short, engine: openReferenceEngine() });
    expect(events).toMatchObject([{ type: 'stop', reason: 'aborted', epochs: 0 }]);
    const { state, scores } = stopOf(events);
    expect(state).toMatchObject({ iterations: 0, history: [], best: undefined });
    expect(scores).toBeUndefined();
  });

  test('stops it after the minibatch under way, which is validated when the run goes on', async () => {
    const engine = openReferenceEngine();
    const events = await eventsUntil(4, { ...short, engine });
    expect(typesOf(events)).toEqual([...new Array(4).fill('minibatch'), 'stop']);
    const { state, ...stop } = stopOf(events);
    expect(stop).toMatchObject({ reason: 'aborted', epochs: 1, scores: undefined });
    expect(state).toMatchObject({ iterations: 4, history: [], best: undefined });
    const rest = await eventsOf({ ...short, engine, state });
    expect(typesOf(rest).slice(0, 4)).toEqual(['validation', 'best', 'test', 'minibatch']);
  });

  test('that a timer aborts is noticed, though the consumer never waits', async () => {
    const minibatches = 300_000;
    const settings = {
      ...SETTINGS,
      epochs: minibatches / 6,
      patience: minibatches,
      validationFrequency: minibatches,
    };
    const signal = AbortSignal.timeout(20);
    const engine = openReferenceEngine();
    let last: TrainingEvent | undefined;
    for await (const event of train({ ...short, settings, engine, signal })) last = event;
    expect(last).toMatchObject({ type: 'stop', reason: 'aborted' });
  });
});

test('a consumer that waits between events changes nothing', async () => {
  const engine = await openDevice();
  const straight = await eventsOf({ ...short, engine });
  const slow: TrainingEvent[] = [];
  for await (const event of train({ ...short, engine })) {
    await new Promise((resolve) => setTimeout(resolve, event.type === 'minibatch' ? 15 : 1));
    slow.push(event);
  }
  expect(slow).toEqual(straight);
  engine.close();
});
