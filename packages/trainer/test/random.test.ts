import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextRandom, permutation, type RandomState, seedRandom } from '../src/random.js';

test("the generator gives the numbers of its authors' C code", () => {
  const values: number[] = [];
  let state: RandomState = [1, 2, 3, 4];
  for (let i = 0; i < 10; i++) {
    const draw = nextRandom(state);
    values.push(draw.value);
    state = draw.state;
  }
  expect(values).toEqual([
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597,
    4258142804,
  ]);
});

test('a seed gives four 32-bit numbers, not all 0, and another seed gives others', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 32 - 1), fc.nat(2 ** 32 - 1), (seed, other) => {
      const state = seedRandom(seed);
      expect(state.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32)).toBe(
        true,
      );
      expect(state.some((word) => word !== 0)).toBe(true);
      if (seed !== other) expect(seedRandom(other)).not.toEqual(state);
    }),
  );
});

describe('a permutation', () => {
  test('has each number once', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(2 ** 32 - 1), (count, seed) => {
        const { order } = permutation(count, seedRandom(seed));
        expect([...order].sort((a, b) => a - b)).toEqual(
          Array.from({ length: count }, (_, i) => i),
        );
      }),
    );
  });

  test('is the same for the same state, and another for the state after it', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), (seed) => {
        const first = permutation(50, seedRandom(seed));
        expect(permutation(50, seedRandom(seed))).toEqual(first);
        expect(permutation(50, first.state).order).not.toEqual(first.order);
      }),
    );
  });

  test('draws again where one of its numbers would come too often', () => {
    // 2^32 numbers are not a multiple of 3: the last one is left out.
    const state: RandomState = [1, 2199679431, 3, 4];
    const { value, state: after } = nextRandom(state);
    expect(value).toBe(2 ** 32 - 1);
    expect(permutation(3, state)).toEqual(permutation(3, after));
    expect(permutation(2, state).state).toEqual(after);
  });

  test('is any of the 24 of four elements, each as often', () => {
    const draws = 24_000;
    const counts = new Map<string, number>();
    let state = seedRandom(2024);
    for (let i = 0; i < draws; i++) {
      const drawn = permutation(4, state);
      state = drawn.state;
      const key = drawn.order.join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const expected = draws / 24;
    const chiSquare = [...counts.values()].reduce(
      (sum, count) => sum + (count - expected) ** 2 / expected,
      0,
    );
    // 23 degrees of freedom: a fair shuffle stays between these two in 998 of 1,000 cases.
    expect(chiSquare).toBeLessThan(49.73);
    expect(chiSquare).toBeGreaterThan(7.53);
  });
});
