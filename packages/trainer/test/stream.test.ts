import { BackendError, type Engine, type Examples } from '@softreg/backend';
import type { ExampleStream } from '@softreg/model';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TrainingError, type TrainingSettings, train } from '../src/index.js';
import { losable } from './losable-engine.js';
import {
  DATA,
  DEVICE_ENGINES,
  ENGINES,
  EVENTFUL,
  eventsOf,
  eventsUntil,
  MINIBATCHES,
  noisyExamples,
  SETTINGS,
  stopOf,
  typesOf,
} from './small-run.js';
import { streamed } from './streamed-examples.js';

const settings: TrainingSettings = { ...SETTINGS, validationFrequency: 4 };

describe.each(ENGINES)('training on a stream on %s', (_, open) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine.close());

  test('in the order of the file is training on the same examples in memory, to the bit', async () => {
    // Mostly zeros, in each minibatch too: an engine may compute otherwise on others.
    const train = { ...DATA.train, values: DATA.train.values.map((v) => (v < 100 ? 0 : v)) };
    const stream = streamed(train);
    const found = await eventsOf({ engine, data: { ...DATA, train: stream }, settings });
    expect(found).toEqual(await eventsOf({ engine, data: { ...DATA, train }, settings }));
    expect(stopOf(found).epochs).toBe(4);
    expect(stream.asked).toEqual(new Array(4).fill({ first: 0, seed: undefined }));
    expect(stream.open()).toBe(0);
  });

  test('with minibatches of an ordinary size is the same but for rounding', async () => {
    const train = noisyExamples(400, 3);
    const plan = { ...settings, batchSize: 128, epochs: 3, validationFrequency: 2 };
    const others = { validation: noisyExamples(300, 4), test: noisyExamples(200, 5) };
    const run = async (set: Examples | ExampleStream) => {
      const events = await eventsOf({ engine, data: { ...others, train: set }, settings: plan });
      const { state } = stopOf(events);
      return { types: typesOf(events), history: state.history, ...state.parameters };
    };
    const found = await run(streamed(train));
    const expected = await run(train);
    expect({ ...found, weights: 0, bias: 0 }).toEqual({ ...expected, weights: 0, bias: 0 });
    for (const name of ['weights', 'bias'] as const) {
      const furthest = found[name].map((value, i) => Math.abs(value - (expected[name][i] ?? 0)));
      expect(Math.max(...furthest)).toBeLessThan(1e-6);
    }
  });

  test('scored on streams is scored on the same examples in memory', async () => {
    const sets = { validation: streamed(DATA.validation), test: streamed(DATA.test) };
    const found = await eventsOf({ engine, data: { ...DATA, ...sets }, settings });
    expect(found).toEqual(await eventsOf({ engine, data: DATA, settings }));
    expect(typesOf(found)).toContain('test');
    expect(sets.validation.open() + sets.test.open()).toBe(0);
  });
});

describe.each(DEVICE_ENGINES)('a run on a stream on %s', (_, open) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine.close());

  test('that is stopped at any minibatch goes on to the bit, in a new order each epoch', async () => {
    const data = () => ({ ...DATA, train: streamed(DATA.train) });
    const straight = stopOf(await eventsOf({ engine, data: data(), settings: EVENTFUL }));
    await fc.assert(
      fc.asyncProperty(fc.nat(4 * MINIBATCHES), async (minibatches) => {
        const half = stopOf(
          await eventsUntil(minibatches, { engine, data: data(), settings: EVENTFUL }),
        );
        const rest = data();
        const events = await eventsOf({
          engine,
          data: rest,
          settings: EVENTFUL,
          state: half.state,
        });
        expect(stopOf(events)).toEqual(straight);
        if (minibatches < 4 * MINIBATCHES) {
          expect(rest.train.asked[0]?.first).toBe(minibatches % MINIBATCHES);
        }
      }),
      { numRuns: 30 },
    );
    const whole = data();
    await eventsOf({ engine, data: whole, settings: EVENTFUL });
    const seeds = whole.train.asked.map(({ seed }) => seed);
    expect(new Set(seeds).size).toBe(4);
    expect(seeds).not.toContain(undefined);
  });
});

describe('a stream', () => {
  const run = async (train: ExampleStream, engine: Engine) =>
    eventsOf({ engine, data: { ...DATA, train }, settings });
  const [, openCpu] = ENGINES.find(([name]) => name === 'cpu') as (typeof ENGINES)[number];

  test('is read a few minibatches ahead, and no further', async () => {
    const engine = await openCpu();
    const stream = streamed(noisyExamples(600, 2));
    let done = 0;
    let most = 0;
    for await (const { type } of train({ engine, data: { ...DATA, train: stream }, settings })) {
      if (type !== 'minibatch') continue;
      done += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      most = Math.max(most, stream.read() - done);
      if (done === 50) break;
    }
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(3);
    // Left early, it is closed.
    await expect.poll(() => stream.open()).toBe(0);
    engine.close();
  });

  test('that fails ends the run with its error, and is closed', async () => {
    const engine = await openCpu();
    const fault = new Error('the disk was taken out');
    const stream = streamed(DATA.train, (read) => {
      if (read === 9) throw fault;
    });
    await expect(run(stream, engine)).rejects.toBe(fault);
    expect(stream.open()).toBe(0);
    engine.close();
  });

  test.each([
    ['ends early', { ...streamed(noisyExamples(36, 11)), count: 60 }, 'the end of the stream'],
    ['ends within a minibatch', { ...streamed(DATA.train), count: 60 }, '4'],
    ['gives too few', shortened(), '5'],
  ])('that %s is told by name', async (_, stream, found) => {
    const engine = await openCpu();
    const failing = run(stream, engine);
    await expect(failing).rejects.toSatisfy(TrainingError.isInstance);
    await expect(failing).rejects.toMatchObject({ code: 'TRAINING_INVALID_DATA', found });
    engine.close();
  });

  test('goes on from the last good state when the device is lost', async () => {
    const engine = await openCpu();
    const straight = stopOf(await run(streamed(DATA.train), engine));
    const lost = losable(await openCpu(), { call: 20, manner: 'before' });
    const stream = streamed(DATA.train);
    const events = await eventsOf({
      engine: lost,
      data: { ...DATA, train: stream },
      settings,
      reopen: async (loss) => {
        expect(BackendError.isInstance(loss)).toBe(true);
        return openCpu();
      },
    });
    expect(events.some(({ type }) => type === 'lost')).toBe(true);
    expect(stopOf(events)).toEqual(straight);
    expect(stream.open()).toBe(0);
    expect(lost.openSplits()).toBe(0);
    engine.close();
  });
});

function shortened(): ExampleStream {
  const stream = streamed(DATA.train);
  return {
    ...stream,
    async *minibatches(size, first, seed) {
      const minibatches = stream.minibatches(size, first, seed);
      for (let next = await minibatches.next(); !next.done; next = await minibatches.next()) {
        const { value } = next;
        yield {
          ...value,
          values: value.values.slice(value.features),
          labels: value.labels.slice(1),
          count: size - 1,
        };
      }
    },
  };
}
