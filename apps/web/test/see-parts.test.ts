import type { Parameters } from '@softreg/backend';
import { openReferenceEngine } from '@softreg/backend';
import { drawDigits } from '@softreg/datasets';
import { examplesOf } from '@softreg/model';
import { goldenFolder, pick, readGoldenRun, seededRandom } from '@softreg/testkit';
import { type RunSettings, type TrainingEvent, TUTORIAL_SETTINGS, train } from '@softreg/trainer';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { CurveHistory } from '../src/curves/curve-history.js';
import { pace } from '../src/curves/pace.js';
import { isTutorialRun, PUBLISHED } from '../src/curves/published.js';
import { epochEnd, valueRange } from '../src/curves/ranges.js';
import { imagesOfCell } from '../src/inspect/images-of-cell.js';
import { inspectionOf } from '../src/session/inspection.js';
import { ParameterHistory } from '../src/session/parameter-history.js';
import { RunRecord } from '../src/session/run-record.js';
import { divergingColors } from '../src/weights/diverging-color.js';
import { weightText } from '../src/weights/weight-text.js';

const NOTHING = {
  goneAfter: Number.POSITIVE_INFINITY,
  epochs: [],
  validations: [],
  validationLosses: [],
};
const marked = (mark: number): Parameters => ({
  features: 1,
  classes: 1,
  weights: Float32Array.of(mark),
  bias: new Float32Array(1),
});

describe('the history of curves', () => {
  test('is what a plain list of points gives, whatever order they come in', () => {
    const random = seededRandom(1);
    for (let round = 0; round < 200; round++) {
      const history = new CurveHistory();
      let model = new Map<number, number>();
      for (let i = 0; i < 150; i++) {
        const at = Math.floor(random() * 100);
        if (random() < 0.05) {
          model = new Map([...model].filter(([place]) => place <= at));
          history.take({ ...NOTHING, goneAfter: at });
          continue;
        }
        model.set(at, random());
        history.take({ ...NOTHING, validationLosses: [{ at, loss: model.get(at) as number }] });
      }
      const { at, values } = history.curves.validationLoss;
      const sorted = [...model].sort(([a], [b]) => a - b);
      expect([...at].map((place, i) => [place, values[i]])).toEqual(sorted);
    }
  });

  test('gives rates in percent, and the test error only where it is known', () => {
    const history = new CurveHistory();
    const validation = { errors: 30, count: 400 };
    history.take({
      ...NOTHING,
      validations: [
        { at: 1, validation },
        { at: 2, validation },
      ],
    });
    const { validationError, testError } = history.take({
      ...NOTHING,
      validations: [{ at: 2, validation, test: { errors: 1, count: 8 } }],
    });
    expect([...validationError.at]).toEqual([1, 2]);
    expect([...validationError.values]).toEqual([7.5, 7.5]);
    expect([...testError.at]).toEqual([2]);
    expect([...testError.values]).toEqual([12.5]);
  });

  test('what is gone is gone from all curves, and the place itself stays', () => {
    const history = new CurveHistory();
    const validation = { errors: 1, count: 2 };
    history.take({
      goneAfter: Number.POSITIVE_INFINITY,
      epochs: [1, 2, 3].map((epoch) => ({ epoch, meanLoss: epoch })),
      validations: [1, 2, 3].map((at) => ({ at, validation, test: validation })),
      validationLosses: [1, 2, 2.5].map((at) => ({ at, loss: at })),
    });
    const curves = history.take({ ...NOTHING, goneAfter: 2 });
    expect(Object.values(curves).map(({ at }) => [...at])).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    expect([...curves.trainingLoss.values]).toEqual([1, 2]);
  });
});

describe('the record of a run', () => {
  const images = drawDigits({ count: 120 });
  const examples = examplesOf(images, 256);
  const settings: RunSettings = { ...TUTORIAL_SETTINGS, batchSize: 20, epochs: 4 };
  const zeros = () => ({ ...marked(0), features: 784, classes: 10 });
  async function eventsOf(changes: Partial<RunSettings> = {}): Promise<TrainingEvent[]> {
    const engine = await openReferenceEngine();
    const data = { train: examples, validation: examples, test: examples };
    const events: TrainingEvent[] = [];
    for await (const event of train({ engine, data, settings: { ...settings, ...changes } })) {
      events.push(event);
    }
    return events;
  }

  test('tells each point once, also where the test score comes after a snapshot', async () => {
    const events = await eventsOf();
    const record = new RunRecord(6, zeros());
    const history = new CurveHistory();
    let told = 0;
    for (const event of events) {
      record.note(event);
      const { curves } = record.news(5000);
      told += curves.epochs.length;
      history.take(curves);
    }
    const epochs = events.filter((event) => event.type === 'epoch');
    const validations = events.filter((event) => event.type === 'validation');
    const tests = events.filter((event) => event.type === 'test');
    expect(told).toBe(4);
    expect(tests.length).toBeGreaterThan(0);
    const { trainingLoss, validationError, testError } = history.curves;
    expect([...trainingLoss.values]).toEqual(epochs.map(({ meanLoss }) => meanLoss));
    expect([...validationError.values]).toEqual(
      validations.map(({ score }) => (100 * score.errors) / score.count),
    );
    expect([...testError.at]).toEqual(tests.map(({ epoch }) => epoch));
    expect([...testError.values]).toEqual(
      tests.map(({ score }) => (100 * score.errors) / score.count),
    );
  });

  test('tells parameters only when they are others, and keeps those of each epoch', async () => {
    const events = await eventsOf();
    const start = zeros();
    const record = new RunRecord(6, start);
    expect(record.news(5000).parameters).toBe(start);
    expect(record.news(5000).parameters).toBeUndefined();
    for (const event of events) record.note(event);
    const epochs = events.filter((event) => event.type === 'epoch');
    expect(record.news(5000).parameters).toBe(epochs.at(-1)?.parameters);
    expect(record.news(5000).parameters).toBeUndefined();
    expect(record.lookBack(0)).toEqual({ at: 0, parameters: start });
    for (const { epoch, parameters } of epochs) {
      expect(record.lookBack(epoch)).toEqual({ at: epoch, parameters });
    }
    expect(record.isNewestKnown).toBe(true);
  });

  test('a new record says that all points before are gone; once', () => {
    const record = new RunRecord(6, zeros());
    const history = new CurveHistory();
    history.take({ ...NOTHING, epochs: [{ epoch: 1, meanLoss: 1 }] });
    expect(history.take(record.news(5000).curves).trainingLoss.at).toHaveLength(0);
    expect(record.news(5000).curves).toEqual(NOTHING);
  });

  test('the best validation within an epoch is a place to look back to', async () => {
    const events = await eventsOf({ validationFrequency: 4, epochs: 2 });
    const record = new RunRecord(6, zeros());
    for (const event of events) record.note(event);
    const best = events.filter((event) => event.type === 'best').at(-1);
    const at = (best?.epoch ?? 0) - 1 + (best?.minibatch ?? 0) / 6;
    expect(record.news(5000).best?.at).toBe(at);
    expect(record.lookBack(at)).toEqual({ at, parameters: best?.parameters });
  });

  test('goes back with the run, and on from a state', async () => {
    const events = await eventsOf();
    const stop = events.at(-1);
    if (stop?.type !== 'stop') throw new Error('the run has no end');
    const half = events.slice(0, events.findIndex((e) => e.type === 'epoch' && e.epoch === 2) + 1);
    const record = new RunRecord(6, zeros());
    const history = new CurveHistory();
    for (const event of events) record.note(event);
    record.noteValidationLoss(4, 0.5);
    history.take(record.news(5000).curves);
    const partial: TrainingEvent[] = [];
    const engine = await openReferenceEngine();
    const data = { train: examples, validation: examples, test: examples };
    for await (const event of train({ engine, data, settings: { ...settings, epochs: 2 } })) {
      partial.push(event);
    }
    const state = partial.at(-1);
    if (state?.type !== 'stop') throw new Error('the run has no end');
    record.noteValidationLoss(3, 0.6);
    record.goBackTo(state.state);
    const back = history.take(record.news(5000).curves);
    expect([...back.trainingLoss.at]).toEqual([1, 2]);
    expect([...back.validationError.at]).toEqual([1, 2]);
    expect(back.validationLoss.at).toHaveLength(0);
    expect(record.lookBack(4).at).toBe(2);
    expect(record.news(5000).iterations).toBe(12);

    const other = new RunRecord(6, zeros());
    other.goOnFrom(state.state);
    const news = other.news(5000);
    const best = half.filter((event) => event.type === 'best').at(-1);
    expect(news.parameters).toBe(state.state.parameters);
    expect(news.best?.at).toBe(best?.epoch);
    expect(news.curves.validations.map(({ at }) => at)).toEqual([1, 2]);
    expect(news.patience).toBe(state.state.patience);
    expect(other.lookBack(2).parameters).toBe(state.state.parameters);
  });

  test('goes back to a state whose best parameters it had dropped, or never had', async () => {
    const stop = (await eventsOf({ validationFrequency: 5, epochs: 2 })).at(-1);
    if (stop?.type !== 'stop') throw new Error('the run has no end');
    const best = stop.state.best?.parameters;
    const record = new RunRecord(6, zeros());
    record.goBackTo(stop.state);
    expect(best).toBeDefined();
    expect(record.lookBack(10 / 6).parameters).toBe(best);
    expect(record.news(5000).best?.at).toBeCloseTo(10 / 6, 12);
  });

  test('before the first minibatch patience is what is set; later what the run says', async () => {
    const record = new RunRecord(6, zeros());
    expect(record.news(100).patience).toBe(100);
    for (const event of await eventsOf({ patience: 14, patienceIncrease: 1 })) {
      record.note(event);
      if (event.type !== 'minibatch') continue;
      expect(record.news(14).patience).toBe(
        event.minibatch + 6 * (event.epoch - 1) + event.remaining - 1,
      );
    }
  });
});

describe('the history of parameters', () => {
  test('keeps no more than it may: the start, the newest and the best always', () => {
    const random = seededRandom(2);
    for (let round = 0; round < 50; round++) {
      const most = 1 + Math.floor(random() * 20);
      const history = new ParameterHistory(most);
      let best = 0;
      for (let at = 0; at < 300; at++) {
        if (random() < 0.02) {
          best = at;
          history.keepBest(at, marked(at));
        } else history.keep(at, marked(at));
        // The newest and the best stay in any case.
        expect(history.length).toBeLessThanOrEqual(most + 2);
        for (const place of [0, at, best]) {
          expect(history.nearest(place)).toEqual({ at: place, parameters: marked(place) });
        }
      }
    }
  });

  test('what is dropped is every second one: the rest is spread over the run', () => {
    const history = new ParameterHistory(100);
    for (let at = 0; at <= 1000; at++) history.keep(at, marked(at));
    for (let at = 0; at <= 1000; at++) {
      const found = history.nearest(at);
      expect(Math.abs((found?.at ?? Number.NaN) - at)).toBeLessThanOrEqual(8);
      expect(found?.parameters.weights[0]).toBe(found?.at);
    }
  });

  test('the same place again takes the other’s place; later ones are dropped on demand', () => {
    const history = new ParameterHistory();
    history.keep(1, marked(1));
    history.keep(1, marked(7));
    history.keep(2, marked(2));
    expect(history.length).toBe(2);
    expect(history.nearest(1.5)?.parameters).toEqual(marked(7));
    history.dropAfter(1);
    expect(history.nearest(2)).toEqual({ at: 1, parameters: marked(7) });
  });

  test('keeps 500 unless told otherwise', () => {
    const history = new ParameterHistory();
    for (let at = 0; at < 502; at++) history.keep(at, marked(at));
    expect(history.length).toBe(502);
    history.keep(502, marked(502));
    expect(history.length).toBe(252);
  });

  test('a best place that comes later than the newest leaves the newest', () => {
    const history = new ParameterHistory(4);
    for (let at = 0; at <= 11; at++) history.keep(at, marked(at));
    history.keepBest(6.5, marked(6.5));
    expect(history.nearest(11)?.at).toBe(11);
    expect(history.nearest(6.5)?.at).toBe(6.5);
  });

  test('a best place of the past is found again where it was', () => {
    const history = new ParameterHistory();
    for (let at = 0; at < 5; at++) history.keep(at, marked(at));
    history.keepBest(2.5, marked(9));
    history.keep(5, marked(5));
    expect(history.nearest(2.6)).toEqual({ at: 2.5, parameters: marked(9) });
    expect(history.nearest(5)).toEqual({ at: 5, parameters: marked(5) });
    expect(history.nearest(4)).toEqual({ at: 4, parameters: marked(4) });
  });
});

describe('an inspection', () => {
  const random = seededRandom(3);
  const classes = 4;
  const labels = Uint8Array.from({ length: 103 }, () => Math.floor(random() * classes));
  const probabilities = Float32Array.from({ length: 103 * classes }, () =>
    pick(random, [0.1, 0.2, 0.5, random()]),
  );
  const found = inspectionOf(labels, probabilities, classes, 25);
  const rows = Array.from(labels, (label, i) => {
    const own = [...probabilities.slice(i * classes, (i + 1) * classes)];
    return { label, own, predicted: own.indexOf(Math.max(...own)), index: i };
  });

  test('predicts the first of the most probable classes', () => {
    expect([...found.predictions]).toEqual(rows.map(({ predicted }) => predicted));
    expect(found.labels).toEqual(labels);
    expect(found.labels).not.toBe(labels);
  });

  test('has both scores, and a matrix of all images', () => {
    const wrong = (count: number) =>
      rows.slice(0, count).filter(({ label, predicted }) => label !== predicted).length;
    expect(found.test).toEqual({
      wholeMinibatches: { errors: wrong(100), count: 100 },
      full: { errors: wrong(103), count: 103 },
    });
    expect(inspectionOf(labels, probabilities, classes, 200).test.wholeMinibatches).toBeUndefined();
    for (const [actual, row] of found.confusion.entries()) {
      for (const [predicted, count] of row.entries()) {
        const expected = rows.filter((r) => r.label === actual && r.predicted === predicted);
        expect(count).toBe(expected.length);
        expect(imagesOfCell(found, { actual, predicted })).toEqual(
          expected.map(({ index }) => index),
        );
      }
    }
  });

  test('lists the mistakes that were the surest', () => {
    const worst = rows
      .filter(({ label, predicted }) => label !== predicted)
      .map(({ own, predicted }) => own[predicted] as number)
      .sort((a, b) => b - a);
    expect(worst.length).toBeGreaterThan(24);
    expect(found.mistakes.map(({ probability }) => probability)).toEqual(worst.slice(0, 24));
    for (const { index, label, predicted, probability, labelProbability } of found.mistakes) {
      const row = rows[index] as (typeof rows)[number];
      expect([label, predicted]).toEqual([row.label, row.predicted]);
      expect(probability).toBe(row.own[predicted]);
      expect(labelProbability).toBe(row.own[label]);
    }
  });
});

describe('what is drawn', () => {
  test('the axis of epochs ends at a round number, the other holds all finite values', () => {
    const line = (...values: number[]) => ({
      at: Float64Array.from(values, (_, i) => i + 1),
      values: Float64Array.from(values),
    });
    const long = (count: number) => line(...new Array(count).fill(1));
    const ends = [0, 1, 5, 6, 10, 11, 20, 21, 50, 51, 100, 101, 399];
    expect(ends.map((count) => epochEnd([long(count), long(0)]))).toEqual([
      5, 5, 5, 10, 10, 20, 20, 50, 50, 100, 100, 200, 500,
    ]);
    expect(valueRange([long(0)])).toEqual([0, 1]);
    expect(valueRange([line(Number.NaN, Number.POSITIVE_INFINITY)])).toEqual([0, 1]);
    const [from, to] = valueRange([line(3, 1, Number.NaN), line(2, 4)]);
    expect([from < 1 && from > 0.5, to > 4 && to < 4.5]).toEqual([true, true]);
    expect(valueRange([line(0, 10)])[0]).toBe(0);
    const flat = valueRange([line(2, 2)]);
    expect(flat[0] < 2 && flat[1] > 2).toBe(true);
  });

  test('the tutorial’s curve is that of its run', () => {
    const folder = goldenFolder();
    if (folder === undefined) return;
    const { log, scored } = readGoldenRun(folder);
    expect([...PUBLISHED.at]).toEqual(log.map(({ epoch }) => epoch));
    expect([...PUBLISHED.values]).toEqual(
      log.map(({ validationErrors }) => (100 * validationErrors) / scored),
    );
  });

  test('a run is the tutorial’s with its data and all its settings alone', () => {
    expect(isTutorialRun('mnist', TUTORIAL_SETTINGS)).toBe(true);
    expect(isTutorialRun('digits', TUTORIAL_SETTINGS)).toBe(false);
    expect(isTutorialRun('mnist', { ...TUTORIAL_SETTINGS, l2: 0.1 })).toBe(false);
    expect(isTutorialRun('mnist', { ...TUTORIAL_SETTINGS, shuffle: true })).toBe(false);
  });

  test('zero is the color in the middle, the ends are the theme’s', () => {
    const colorOf = divergingColors({ below: '#0000ff', surface: '#fff', above: '#ff0000' });
    expect(colorOf(0)).toEqual([255, 255, 255]);
    expect(colorOf(-1)).toEqual([0, 0, 255]);
    expect(colorOf(1)).toEqual([255, 0, 0]);
    expect(colorOf(-0.5)).toEqual([128, 128, 255]);
    expect(colorOf(7)).toEqual([255, 0, 0]);
    expect(colorOf(Number.NaN)).toEqual([255, 255, 255]);
  });

  test('weights are written with their sign', () => {
    expect([0, 0.25, -1.5].map(weightText)).toEqual(['0.0000', '+0.2500', '−1.5000']);
  });
});

describe('paced work', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('is done at most so often, and the last wish is never lost', () => {
    vi.useFakeTimers();
    const work = vi.fn();
    const paced = pace(work, 100);
    for (let ms = 0; ms < 1000; ms += 10) {
      paced.ask();
      vi.advanceTimersByTime(10);
    }
    expect(work.mock.calls.length).toBeGreaterThanOrEqual(9);
    expect(work.mock.calls.length).toBeLessThanOrEqual(11);
    vi.advanceTimersByTime(1000);
    work.mockClear();
    paced.ask();
    paced.ask();
    vi.advanceTimersByTime(1000);
    expect(work).toHaveBeenCalledTimes(1);
    paced.ask();
    paced.cancel();
    vi.advanceTimersByTime(1000);
    expect(work).toHaveBeenCalledTimes(1);
  });
});
