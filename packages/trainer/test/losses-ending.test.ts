import { BackendError, type Engine, openEngine } from '@softreg/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LostEvent, type TrainingEvent, type TrainOptions, train } from '../src/index.js';
import { losable } from './losable-engine.js';
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

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('cpu');
});
afterAll(() => engine.close());

describe('a run that cannot go on', () => {
  const options = { data: DATA, settings: SETTINGS };
  const lossy = (call = 12) => losable(engine, { call, manner: 'before' });

  /** The events until the stream throws, and what it throws. */
  async function untilThrown(given: TrainOptions): Promise<[TrainingEvent[], BackendError]> {
    const events: TrainingEvent[] = [];
    try {
      for await (const event of train(given)) events.push(event);
    } catch (error) {
      return [events, error as BackendError];
    }
    throw new Error('nothing was thrown');
  }

  test('for want of another engine throws the loss, after the event', async () => {
    const lost = lossy();
    const [events, error] = await untilThrown({ ...options, engine: lost });
    expect(error).toMatchObject({ code: 'BACKEND_LOST', reason: 'backend cpu: as planned' });
    expect(BackendError.isInstance(error)).toBe(true);
    expect(events.at(-1)).toMatchObject({
      type: 'lost',
      epoch: 1,
      minibatch: 6,
      state: { iterations: 0 },
    });
    expect([lost.openSplits(), lost.closed()]).toEqual([0, 0]);
  });

  test('since no other can be opened says why', async () => {
    const cause = new BackendError('BACKEND_UNAVAILABLE', 'no backend can run here', {
      fix: 'install one',
    });
    const reopen = () => Promise.reject(cause);
    const [events, error] = await untilThrown({ ...options, engine: lossy(), reopen });
    expect(typesOf(events).at(-1)).toBe('lost');
    expect(error).toMatchObject({
      code: 'BACKEND_LOST',
      cause,
      message:
        'backend cpu: as planned; no other engine could be opened: no backend can run here; install one',
    });
    const broken: TrainOptions['reopen'] = () => {
      throw new TypeError('a fault');
    };
    const [, fault] = await untilThrown({ ...options, engine: lossy(), reopen: broken });
    expect(fault).toMatchObject({ code: 'BACKEND_LOST', message: /: a fault$/ });
  });

  test('since its owner gives up throws the loss itself', async () => {
    const given: BackendError[] = [];
    const reopen = async (lost: BackendError) => {
      given.push(lost);
      throw lost;
    };
    const [, error] = await untilThrown({ ...options, engine: lossy(), reopen });
    expect(given).toEqual([error]);
    expect(given[0]).toBe(error);
  });

  test('for a failure of another kind throws that, and closes what was reopened', async () => {
    const second = losable(engine);
    const failing = new Proxy(second, {
      get: (target, name) => {
        if (name !== 'countErrors') return Reflect.get(target, name);
        return () => Promise.reject(new RangeError('a fault'));
      },
    });
    const reopen = async () => failing;
    const [events, error] = await untilThrown({ ...options, engine: lossy(), reopen });
    expect(error).toBeInstanceOf(RangeError);
    expect(typesOf(events).filter((type) => type === 'lost')).toHaveLength(1);
    expect([second.openSplits(), second.closed()]).toEqual([0, 1]);
  });
});

describe('a consumer that leaves', () => {
  const options = { data: DATA, settings: EVENTFUL };

  test('at the loss has nothing reopened', async () => {
    let opened = 0;
    const reopen = async () => {
      opened += 1;
      return losable(engine);
    };
    const lost = losable(engine, { call: 9, manner: 'during' });
    for await (const event of train({ ...options, engine: lost, reopen })) {
      if (event.type === 'lost') break;
    }
    expect([opened, lost.openSplits()]).toEqual([0, 0]);
  });

  test.each(['minibatch', 'validation', 'best', 'test', 'epoch', 'stop'])(
    'at a %s event has the reopened engine closed, and not its own',
    async (type) => {
      const first = losable(engine, { call: 2, manner: 'before' });
      const second = losable(engine);
      const reopen = async () => second;
      for await (const event of train({ ...options, engine: first, reopen })) {
        if (event.type === 'minibatch') expect(second.openSplits()).toBe(3);
        if (event.type === type) break;
      }
      expect([second.openSplits(), second.closed(), first.closed()]).toEqual([0, 1, 0]);
    },
  );
});

describe('an abort', () => {
  const options = { data: DATA, settings: EVENTFUL };
  const aborted = (iterations: number) => ({
    type: 'stop',
    reason: 'aborted',
    epochs: Math.ceil(iterations / MINIBATCHES),
    state: { iterations },
    scores: undefined,
  });
  /** Lost in the middle of the second epoch: what is good is its best validation, after 8 minibatches. */
  const secondEpoch = async () => {
    const counted = losable(engine);
    await eventsOf({ ...options, engine: counted });
    const steps = counted.calls.flatMap((name, i) => (name === 'step' ? [i + 1] : []));
    return losable(engine, { call: steps[9] as number, manner: 'before' });
  };

  test('while another engine is opened stops at the last good state, and closes that engine when it comes', async () => {
    const controller = new AbortController();
    const late = losable(engine);
    let come = (_: Engine) => {};
    const reopen = () => {
      setTimeout(() => controller.abort());
      return new Promise<Engine>((resolve) => {
        come = resolve;
      });
    };
    const lossy = await secondEpoch();
    const events = await eventsOf({
      ...options,
      engine: lossy,
      reopen,
      signal: controller.signal,
    });
    const [lost, stop] = events.slice(-2);
    expect(lost).toMatchObject({ type: 'lost', epoch: 2, minibatch: 4 });
    expect(stop).toMatchObject(aborted(stopOf(events).state.iterations));
    expect(stopOf(events).state).toBe((lost as LostEvent).state);
    expect(stopOf(events).state).toEqual(
      (await statesOf({ ...options, engine }))[stopOf(events).state.iterations],
    );
    expect(late.closed()).toBe(0);
    come(late);
    await new Promise((resolve) => setTimeout(resolve));
    expect([late.closed(), late.calls]).toEqual([1, []]);

    const resumed = await eventsOf({ ...options, engine, state: stopOf(events).state });
    expect(stopOf(resumed)).toEqual(stopOf(await eventsOf({ ...options, engine })));
  });

  test.each<[string, (controller: AbortController) => Promise<Engine>]>([
    [
      'as it is asked for another engine, which never comes',
      (controller) => {
        controller.abort();
        return new Promise(() => {});
      },
    ],
    [
      'that makes the opening fail',
      (controller) => {
        controller.abort();
        throw controller.signal.reason;
      },
    ],
  ])('%s stops the run', async (_, reopen) => {
    const controller = new AbortController();
    const events = await eventsOf({
      ...options,
      engine: await secondEpoch(),
      reopen: () => reopen(controller),
      signal: controller.signal,
    });
    expect(events.slice(-2)).toMatchObject([{ type: 'lost' }, { type: 'stop', reason: 'aborted' }]);
  });

  test.each([true, false])('before the loss asks for no engine; there is one: %s', async (has) => {
    const controller = new AbortController();
    const reopen = () => Promise.reject(new Error('asked'));
    const lossy = await secondEpoch();
    const events: TrainingEvent[] = [];
    const given = { ...options, engine: lossy, signal: controller.signal };
    for await (const event of train({ ...given, reopen: has ? reopen : undefined })) {
      events.push(event);
      if (event.type === 'lost') controller.abort();
    }
    expect(events.at(-1)).toMatchObject(aborted(stopOf(events).state.iterations));
  });

  test('whose last reading a loss cuts short ends at the last good state', async () => {
    const abortedRun = async (each: Engine) => {
      const controller = new AbortController();
      const events: TrainingEvent[] = [];
      for await (const event of train({ ...options, engine: each, signal: controller.signal })) {
        events.push(event);
        if (event.type === 'minibatch' && event.epoch === 2 && event.minibatch === 4) {
          controller.abort();
        }
      }
      return events;
    };
    const counted = losable(engine);
    const straight = stopOf(await abortedRun(counted));
    expect([straight.state.iterations, straight.scores]).toEqual([10, undefined]);
    // Whoever stops a run waits for no scoring: its last calls read the parameters and the running loss.
    expect(counted.calls.slice(-3)).toEqual(['step', 'readParameters', 'readRunningLoss']);
    const last = counted.calls.length;
    for (const call of [last - 1, last]) {
      const events = await abortedRun(losable(engine, { call, manner: 'during' }));
      const [lost, stop] = events.slice(-2);
      expect(lost).toMatchObject({
        type: 'lost',
        epoch: 2,
        minibatch: 4,
        state: { iterations: 8 },
      });
      expect(stop).toMatchObject(aborted(8));
      expect(stopOf(events).state).toBe((lost as LostEvent).state);
    }
  });

  test('leaves no listener behind', async () => {
    const { signal } = new AbortController();
    const listening = new Set<unknown>();
    signal.addEventListener = (_: string, listener: unknown) => void listening.add(listener);
    signal.removeEventListener = (_: string, listener: unknown) => void listening.delete(listener);
    const reopen = async () => {
      await Promise.resolve();
      expect(listening.size).toBe(1);
      return losable(engine);
    };
    await eventsOf({ ...options, engine: await secondEpoch(), reopen, signal });
    expect(listening.size).toBe(0);
  });
});
