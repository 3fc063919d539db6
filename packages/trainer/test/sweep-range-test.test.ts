import { openEngine, openReferenceEngine } from '@softreg/backend';
import { describe, expect, test } from 'vitest';
import {
  findLearningRate,
  isRangeTestOver,
  type RangeTestOptions,
  type RangeTestPoint,
  rangeTestRate,
  smoothLosses,
  suggestLearningRate,
} from '../src/index.js';
import { model64 } from './model64.js';
import { DATA, ENGINES, eventsOf, MINIBATCHES, SETTINGS } from './small-run.js';

async function pointsOf(options: RangeTestOptions): Promise<RangeTestPoint[]> {
  const points: RangeTestPoint[] = [];
  for await (const point of findLearningRate(options)) points.push(point);
  return points;
}

describe('the learning rates', () => {
  test('begin and end where they should, each so many times the one before', () => {
    const rates = Array.from({ length: 8 }, (_, step) => rangeTestRate(1e-6, 10, 8, step));
    [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10].forEach((expected, i) => {
      expect(rates[i]).toBeCloseTo(expected, 12);
    });
    expect([rates[0], rates[7]]).toEqual([1e-6, 10]);
  });
});

describe('the smoothed loss', () => {
  test('is the mean with weights that fall by a tenth, to the first loss', () => {
    const losses = [3, 1, 4, 1, 5, 9, 2, 6];
    const naive = losses.map((_, last) => {
      const used = losses.slice(0, last + 1);
      const weights = used.map((_, i) => 0.9 ** (last - i));
      const sum = weights.reduce((total, weight) => total + weight, 0);
      return used.reduce((total, loss, i) => total + loss * (weights[i] as number), 0) / sum;
    });
    const smoothed = smoothLosses(losses);
    expect(smoothed).toHaveLength(8);
    naive.forEach((expected, i) => {
      expect(smoothed[i]).toBeCloseTo(expected, 12);
    });
    expect(smoothLosses([2.5, 2.5, 2.5])).toEqual([
      expect.closeTo(2.5, 14),
      expect.closeTo(2.5, 14),
      expect.closeTo(2.5, 14),
    ]);
  });

  test('ends the test where it is more than four times its lowest, or no number', () => {
    expect(isRangeTestOver([])).toBe(false);
    expect(isRangeTestOver([2, 1, 4])).toBe(false);
    expect(isRangeTestOver([2, 1, 4.001])).toBe(true);
    expect(isRangeTestOver([2, 1, Number.NaN])).toBe(true);
    expect(isRangeTestOver([2, 1, Number.POSITIVE_INFINITY])).toBe(true);
  });
});

describe('the suggestion', () => {
  const curve = (loss: (log: number) => number, steps = 141) =>
    Array.from({ length: steps }, (_, step): RangeTestPoint => {
      const learningRate = rangeTestRate(1e-6, 10, steps, step);
      const value = loss(Math.log10(learningRate));
      return { step, learningRate, loss: 99, smoothedLoss: value };
    });

  test('is where the loss falls fastest, and a tenth of where it is lowest', () => {
    // -sin falls fastest at 0 and is lowest at pi/2: here at 10^-2 and 10^-1.
    const phase = (log: number) => ((log + 2) * Math.PI) / 2;
    const loss = (log: number) => {
      if (log < -3) return 2 + 1;
      return log > 0 ? 9 : 2 - Math.sin(phase(log));
    };
    const { steepest, tenthOfMinimum } = suggestLearningRate(curve(loss)) ?? {};
    expect(steepest).toBeCloseTo(0.01, 6);
    expect(tenthOfMinimum).toBeCloseTo(0.01, 6);
  });

  test('asks for the slope by the logarithm, also where points are uneven', () => {
    const at = (learningRate: number, smoothedLoss: number, step = 0) =>
      ({ step, learningRate, loss: 0, smoothedLoss }) satisfies RangeTestPoint;
    const lead = Array.from({ length: 5 }, () => at(1e-9, 5));
    const points = [
      ...lead,
      at(1e-4, 5),
      // By 3 over six decades in the middle, by 2 over two after it.
      at(1e-2, 4),
      at(1e2, 2),
      at(1e3, 1.9),
      at(1e4, 0.9),
      at(1e5, 0.8),
      at(1e6, 7),
    ];
    expect(suggestLearningRate(points)).toEqual({ steepest: 1e3, tenthOfMinimum: 1e4 });
  });

  test('pays no heed to the first five points, to the last, and to what is not finite', () => {
    const points = curve((log) => 3 - 0.1 * log);
    const wild = points.map((point, i) => {
      if (i < 5) return { ...point, smoothedLoss: 1e6 * (5 - i) };
      return i === points.length - 1 ? { ...point, smoothedLoss: -1e6 } : point;
    });
    const broken = { step: 141, learningRate: 11, loss: 0, smoothedLoss: Number.NaN };
    const found = suggestLearningRate([...wild, broken]);
    expect(found?.tenthOfMinimum).toBeCloseTo((points.at(-2)?.learningRate ?? 0) / 10, 12);
    expect(found?.steepest).toBeGreaterThan(points[5]?.learningRate ?? 0);
  });

  test('is none for a loss that never falls, and for too few points', () => {
    expect(suggestLearningRate(curve((log) => 10 + log))).toBeUndefined();
    expect(suggestLearningRate(curve(() => 2))).toBeUndefined();
    expect(suggestLearningRate(curve((log) => -log, 7))).toBeUndefined();
    expect(suggestLearningRate([])).toBeUndefined();
  });
});

describe('a range test', () => {
  test('gives the losses of plain gradient descent in float64', async () => {
    const settings = { ...SETTINGS, l2: 0.1 };
    const options = { from: 1e-3, to: 2, steps: 20, settings, data: DATA };
    const points = await pointsOf({ engine: openReferenceEngine(), ...options });
    expect(points.map(({ step }) => step)).toEqual(points.map((_, i) => i));
    const { batchSize } = settings;
    let theta: number[] = Array(21).fill(0);
    for (const { step, learningRate, loss } of points) {
      const start = (step % MINIBATCHES) * batchSize;
      const here = model64(theta, DATA.train, start, start + batchSize);
      expect(loss).toBeCloseTo(here.loss, 10);
      expect(learningRate).toBeCloseTo(1e-3 * 2000 ** (step / 19), 12);
      theta = theta.map((value, i) => {
        const penalty = i < 18 ? settings.l2 * value : 0;
        return value - learningRate * ((here.gradient[i] as number) + penalty);
      });
    }
    expect(points).toHaveLength(20);
    expect(points[0]?.loss).toBeCloseTo(Math.log(3), 12);
    expect(points.map((point) => point.smoothedLoss)).toEqual(
      smoothLosses(points.map(({ loss }) => loss)),
    );
  });

  test.each(ENGINES)('agrees on %s with the reference', async (_, open) => {
    const engine = await open();
    try {
      const options = { from: 1e-3, to: 1, steps: 30, settings: SETTINGS, data: DATA };
      const expected = await pointsOf({ engine: openReferenceEngine(), ...options });
      const found = await pointsOf({ engine, ...options });
      expect(found).toHaveLength(30);
      found.forEach(({ loss }, i) => {
        expect(Math.abs(loss - (expected[i]?.loss ?? Number.NaN))).toBeLessThan(1e-5);
      });
    } finally {
      engine.close();
    }
  });

  test.each(['sgd', 'momentum', 'nesterov', 'adam'] as const)(
    'by %s takes the minibatches, shuffled, that training takes, with the same losses',
    async (optimizer) => {
      const learningRate = optimizer === 'adam' ? 0.05 : 0.3;
      // Nearly the same rate at every step: so little more makes no difference that can be seen.
      const [from, to] = [learningRate, learningRate * (1 + 1e-13)];
      const settings = { ...SETTINGS, optimizer, learningRate, shuffle: true, seed: 8, epochs: 3 };
      const points = await pointsOf({
        ...{ engine: openReferenceEngine(), data: DATA, settings, from, to },
        steps: 3 * MINIBATCHES,
      });
      const events = await eventsOf({ engine: openReferenceEngine(), data: DATA, settings });
      const means = events.flatMap((event) => (event.type === 'epoch' ? [event.meanLoss] : []));
      expect(means).toHaveLength(3);
      means.forEach((mean, epoch) => {
        const own = points.slice(epoch * MINIBATCHES, (epoch + 1) * MINIBATCHES);
        const sum = own.reduce((total, { loss }) => total + loss, 0);
        // Parameters of the reference are rounded to float32 where they are read.
        expect(sum / MINIBATCHES).toBeCloseTo(mean, 6);
      });
    },
  );

  test('pays no heed to the schedule and the learning rate of the settings', async () => {
    const options = { engine: openReferenceEngine(), data: DATA, steps: 10 };
    const plain = await pointsOf({ ...options, settings: SETTINGS });
    const settings = {
      ...SETTINGS,
      learningRate: 7,
      schedule: 'inverse' as const,
      decayIterations: 2,
    };
    expect(await pointsOf({ ...options, settings })).toEqual(plain);
  });

  test('ends once the loss has exploded, and says why by its last point', async () => {
    const points = await pointsOf({
      ...{ engine: openReferenceEngine(), data: DATA, settings: SETTINGS },
      ...{ from: 1e-3, to: 1e9, steps: 200 },
    });
    expect(points.length).toBeLessThan(150);
    const smoothed = points.map(({ smoothedLoss }) => smoothedLoss);
    const last = smoothed.pop() as number;
    expect(last > 4 * Math.min(...smoothed)).toBe(true);
    expect(smoothed.every((loss, i) => loss <= 4 * Math.min(...smoothed.slice(0, i + 1)))).toBe(
      true,
    );
  });

  test('ends when it is told to', async () => {
    const controller = new AbortController();
    const points: RangeTestPoint[] = [];
    const options = { engine: openReferenceEngine(), data: DATA, settings: SETTINGS };
    for await (const point of findLearningRate({ ...options, signal: controller.signal })) {
      points.push(point);
      if (points.length === 7) controller.abort();
    }
    expect(points).toHaveLength(7);
  });

  test.each([10, 3])('frees what it loaded, after %i of 10 steps', async (taken) => {
    const engine = openReferenceEngine();
    let open = 0;
    const { load } = engine;
    engine.load = async (...given) => {
      const split = await load.apply(engine, given);
      open += 1;
      const { close } = split;
      split.close = () => {
        open -= 1;
        close.call(split);
      };
      return split;
    };
    let seen = 0;
    for await (const _ of findLearningRate({ engine, data: DATA, settings: SETTINGS, steps: 10 })) {
      expect(open).toBe(1);
      seen += 1;
      if (seen === taken) break;
    }
    expect([seen, open]).toEqual([taken, 0]);
  });

  test('begins at 1e-6 and ends at 10 after 100 steps by itself', async () => {
    const engine = await openEngine('cpu');
    try {
      const points = await pointsOf({ engine, data: DATA, settings: SETTINGS });
      expect(points[0]?.learningRate).toBe(1e-6);
      expect(points).toHaveLength(100);
      expect(points.at(-1)?.learningRate).toBe(10);
    } finally {
      engine.close();
    }
  });

  test.each([
    ['from', { from: 0 }],
    ['from', { from: Number.NaN }],
    ['to', { from: 1, to: 1 }],
    ['to', { to: Number.POSITIVE_INFINITY }],
    ['steps', { steps: 9 }],
    ['steps', { steps: 10.5 }],
    ['batch size', { settings: { ...SETTINGS, batchSize: 41 } }],
    ['l2', { settings: { ...SETTINGS, l2: -1 } }],
  ])('refuses a wrong %s at once: %o', (subject, wrong) => {
    const options = { engine: openReferenceEngine(), data: DATA, settings: SETTINGS, ...wrong };
    expect(() => findLearningRate(options)).toThrow(
      expect.objectContaining({ code: 'TRAINING_INVALID_SETTING', subject }),
    );
  });

  test('refuses sets that do not fit together', () => {
    const test = { ...DATA.test, classes: 4 };
    const data = { ...DATA, test };
    expect(() => findLearningRate({ engine: openReferenceEngine(), data })).toThrow(
      expect.objectContaining({ code: 'TRAINING_INVALID_DATA' }),
    );
  });
});
