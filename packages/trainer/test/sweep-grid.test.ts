import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareRanked,
  MOST_SETTINGS,
  type Ranked,
  type RunSettings,
  shardOf,
  sweepGrid,
  TUTORIAL_SETTINGS,
} from '../src/index.js';

const varied = ({ learningRate, batchSize, l2 }: RunSettings) => [learningRate, batchSize, l2];

describe('the grid', () => {
  test('has all combinations, the penalty changing first and the learning rate last', () => {
    const base = { ...TUTORIAL_SETTINGS, epochs: 7, momentum: 0.8, optimizer: 'momentum' } as const;
    const grid = sweepGrid(base, { learningRate: [0.3, 0.1], batchSize: [10, 20], l2: [0, 1e-4] });
    expect(grid.map(varied)).toEqual([
      [0.3, 10, 0],
      [0.3, 10, 1e-4],
      [0.3, 20, 0],
      [0.3, 20, 1e-4],
      [0.1, 10, 0],
      [0.1, 10, 1e-4],
      [0.1, 20, 0],
      [0.1, 20, 1e-4],
    ]);
    for (const { learningRate: _, batchSize: __, l2: ___, ...rest } of grid) {
      const { learningRate, batchSize, l2, ...expected } = base;
      expect(rest).toEqual(expected);
    }
  });

  test('has each setting once, though a value is named twice', () => {
    const axes = { learningRate: [0.1, 0.2, 0.1], batchSize: [5, 5], l2: [0, 0] };
    expect(sweepGrid(TUTORIAL_SETTINGS, axes).map(varied)).toEqual([
      [0.1, 5, 0],
      [0.2, 5, 0],
    ]);
  });

  test('of 10,000 settings is taken, of one more refused', () => {
    const l2 = Array.from({ length: 100 }, (_, i) => i);
    const rates = l2.map((i) => (i + 1) / 100);
    const most = { learningRate: rates, batchSize: [1], l2 };
    expect(sweepGrid(TUTORIAL_SETTINGS, most)).toHaveLength(MOST_SETTINGS);
    expect(MOST_SETTINGS).toBe(10_000);
    const wider = { ...most, l2: [...l2, 100], batchSize: [1] };
    expect(() => sweepGrid(TUTORIAL_SETTINGS, wider)).toThrow(
      /learning rate: expected at most 10000 settings .*, found 10100/,
    );
  });

  test.each([
    ['learning rate', { learningRate: [0.1, 0] }],
    ['learning rate', { learningRate: [] }],
    ['learning rate', { learningRate: [0.1, Number.NaN] }],
    ['batch size', { batchSize: [10, 2.5] }],
    ['batch size', { batchSize: [] }],
    ['l2', { l2: [0, -1e-9] }],
    ['l2', { l2: [] }],
  ])('refuses a wrong %s: %o', (subject, wrong) => {
    const axes = { learningRate: [0.1], batchSize: [10], l2: [0], ...wrong };
    expect(() => sweepGrid(TUTORIAL_SETTINGS, axes)).toThrow(
      expect.objectContaining({ code: 'TRAINING_INVALID_SETTING', subject }),
    );
  });

  test('refuses what one of its settings alone has no use for', () => {
    const base = {
      ...TUTORIAL_SETTINGS,
      schedule: 'cosine',
      decayIterations: 9,
      finalLearningRate: 0.05,
    } as const;
    const axes = { batchSize: [10], l2: [0] };
    expect(sweepGrid(base, { ...axes, learningRate: [0.05, 1] })).toHaveLength(2);
    expect(() => sweepGrid(base, { ...axes, learningRate: [1, 0.04] })).toThrow(
      /final learning rate/,
    );
  });
});

describe('shards', () => {
  test('take turns', () => {
    const letters = [...'abcdefg'];
    expect(shardOf(letters, { number: 1, count: 3 })).toEqual(['a', 'd', 'g']);
    expect(shardOf(letters, { number: 3, count: 3 })).toEqual(['c', 'f']);
    expect(shardOf(letters, { number: 9, count: 9 })).toEqual([]);
  });

  test('have each item once, in its order, and differ by one in length', () => {
    const sizes = fc.record({
      items: fc.integer({ min: 0, max: 200 }),
      count: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(sizes, ({ items, count }) => {
        const all = Array.from({ length: items }, (_, i) => i);
        const shards = Array.from({ length: count }, (_, k) =>
          shardOf(all, { number: k + 1, count }),
        );
        expect(shards.flat().sort((a, b) => a - b)).toEqual(all);
        for (const shard of shards) expect(shard).toEqual([...shard].sort((a, b) => a - b));
        const lengths = shards.map(({ length }) => length);
        expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    [0, 3],
    [4, 3],
    [1.5, 3],
    [1, 0],
    [1, 2.5],
    [Number.NaN, 2],
  ])('%s/%s is refused', (number, count) => {
    expect(() => shardOf([1], { number, count })).toThrow(
      expect.objectContaining({ code: 'TRAINING_INVALID_SETTING', subject: 'shard' }),
    );
  });
});

describe('the order of settings', () => {
  const of = (setting: number, errors: number, count: number, epochs = 1): Ranked => ({
    setting,
    validation: { errors, count },
    epochs,
  });
  const sorted = (...ranked: Ranked[]) => ranked.sort(compareRanked).map(({ setting }) => setting);

  test('is by error rate, then fewer epochs, then place; without a result last', () => {
    const none: Ranked = { setting: 1, validation: undefined, epochs: 1 };
    const alsoNone: Ranked = { setting: 7, validation: undefined, epochs: 0 };
    expect(
      sorted(
        alsoNone,
        none,
        of(6, 20, 200, 5),
        of(5, 10, 100, 5),
        of(4, 30, 300, 4),
        of(3, 9, 100, 99),
        of(2, 10, 99, 1),
      ),
    ).toEqual([3, 4, 5, 6, 2, 1, 7]);
  });

  const counts = fc.integer({ min: 1, max: 100_000 });
  const ranked = fc
    .record({ count: counts, share: fc.double({ min: 0, max: 1, noNaN: true }), epochs: counts })
    .map(({ count, share, epochs }) => of(0, Math.round(share * count), count, epochs));

  test('is exact: as of fractions in whole numbers of any size', () => {
    fc.assert(
      fc.property(ranked, ranked, (a, b) => {
        const [p, q] = [a.validation, b.validation];
        if (p === undefined || q === undefined) throw new Error('both have scores');
        const difference = BigInt(p.errors) * BigInt(q.count) - BigInt(q.errors) * BigInt(p.count);
        const expected = difference === 0n ? a.epochs - b.epochs : Number(difference);
        expect(Math.sign(compareRanked(a, b))).toBe(Math.sign(expected));
      }),
      { numRuns: 1000 },
    );
  });
});
