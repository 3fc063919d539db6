import type { Engine, Rows, Split } from '@softreg/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TrainingEvent, type TrainOptions, train } from '../src/index.js';
import {
  DATA,
  DEVICE_ENGINES,
  EVENTFUL,
  eventsOf,
  noisyExamples,
  SETTINGS,
  stopOf,
  typesOf,
} from './small-run.js';
import { streamed } from './streamed-examples.js';

/** The same engine, which tells of each scoring before it. */
function watched(engine: Engine, beforeScoring: (rows: Rows) => void): Engine {
  return new Proxy(engine, {
    get(target, name) {
      if (name === 'countErrors') {
        return (split: Split, rows: Rows) => {
          beforeScoring(rows);
          return target.countErrors(split, rows);
        };
      }
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** The events of a run that is aborted as it scores for the `scoring`th time. */
async function abortedAt(scoring: number, { engine, ...options }: TrainOptions) {
  const controller = new AbortController();
  let scorings = 0;
  const aborting = watched(engine, () => {
    scorings += 1;
    if (scorings === scoring) controller.abort();
  });
  return eventsOf({ ...options, engine: aborting, signal: controller.signal });
}

describe.each(DEVICE_ENGINES)(
  'a run on %s that is aborted in the middle of a scoring',
  (_, open) => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await open();
    });
    afterAll(() => engine.close());

    test.each<[string, () => TrainOptions['data']]>([
      ['in memory', () => DATA],
      [
        'on streams',
        () => ({
          train: streamed(DATA.train),
          validation: streamed(DATA.validation),
          test: streamed(DATA.test),
        }),
      ],
    ])(
      'tells nothing of it, and goes on to the same events, to the bit: sets %s',
      async (_, data) => {
        const options = { engine, settings: EVENTFUL };
        let scorings = 0;
        const counting = watched(engine, () => {
          scorings += 1;
        });
        const straight = await eventsOf({ ...options, engine: counting, data: data() });
        let brokenOff = 0;
        let atTheEnd = 0;
        for (let scoring = 1; scoring < scorings; scoring++) {
          const events = await abortedAt(scoring, { ...options, data: data() });
          const { reason, scores, state } = stopOf(events);
          if (reason !== 'aborted') {
            // The run was over: nothing is missing but the scores, if they are.
            const whole = stopOf(straight);
            expect([whole.scores, undefined]).toContainEqual(scores);
            expect(events).toEqual([...straight.slice(0, -1), { ...whole, scores }]);
            if (scores === undefined) atTheEnd += 1;
            continue;
          }
          expect(scores).toBeUndefined();
          if (events.at(-2)?.type === 'minibatch') brokenOff += 1;
          const rest = await eventsOf({ ...options, data: data(), state });
          expect([...events.slice(0, -1), ...rest]).toEqual(straight);
        }
        expect(brokenOff).toBeGreaterThan(2);
        expect(atTheEnd).toBeGreaterThan(1);
      },
    );
  },
);

test('sets in memory are scored a part at a time, with the same counts', async () => {
  const [, open] = DEVICE_ENGINES.at(-1) as (typeof DEVICE_ENGINES)[number];
  const engine = await open();
  const data = { ...DATA, validation: noisyExamples(25_003, 8) };
  const settings = { ...SETTINGS, epochs: 2 };
  const asked: Rows[] = [];
  const events: TrainingEvent[] = [];
  const loaded = await engine.load(data.validation, { minibatch: 6 });
  for await (const event of train({
    engine: watched(engine, (rows) => void asked.push(rows)),
    data,
    settings,
  })) {
    events.push(event);
    if (event.type !== 'validation') continue;
    expect(event.score.count).toBe(25_002);
    expect(event.score.errors).toBe(await engine.countErrors(loaded, { start: 0, end: 25_002 }));
  }
  expect(typesOf(events).filter((type) => type === 'validation')).toHaveLength(2);
  expect(asked.slice(0, 3)).toEqual([
    { start: 0, end: 9996 },
    { start: 9996, end: 19_992 },
    { start: 19_992, end: 25_002 },
  ]);
  loaded.close();
  engine.close();
});
