import { type Engine, openReferenceEngine } from '@softreg/backend';
import { describe, expect, test } from 'vitest';
import {
  constant,
  cosineDecay,
  inverseTimeDecay,
  type RunSettings,
  stepDecay,
} from '../src/index.js';
import { DATA, eventsUntil, SETTINGS, stopOf } from './small-run.js';

describe('in closed form', () => {
  test('constant', () => {
    expect([0, 1, 1e9].map(constant(0.13))).toEqual([0.13, 0.13, 0.13]);
  });

  test('a step falls after so many iterations, and not before', () => {
    const rates = [0, 1, 2, 3, 4, 5, 6, 8].map(stepDecay(0.5, 3, 0.25));
    expect(rates).toEqual([0.5, 0.5, 0.5, 0.125, 0.125, 0.125, 0.03125, 0.03125]);
  });

  test('a cosine begins and ends where it should, and is half way in the middle', () => {
    const rate = cosineDecay(0.5, 12, 0.125);
    expect(rate(0)).toBe(0.5);
    expect(rate(6)).toBeCloseTo(0.3125, 15);
    // cos 60 degrees = 1/2.
    expect(rate(4)).toBeCloseTo(0.125 + 0.75 * 0.375, 15);
    expect([12, 13, 1e6].map(rate)).toEqual([0.125, 0.125, 0.125]);
    expect(cosineDecay(0.5, 12, 0)(12)).toBe(0);
  });

  test('1/t is one half after so many iterations, a third after twice as many', () => {
    const rate = inverseTimeDecay(0.75, 10);
    expect([0, 10, 20, 9990].map(rate)).toEqual([0.75, 0.375, 0.25, 0.00075]);
  });
});

describe("the rates of an engine's steps are those of the schedule", () => {
  const base = { learningRate: 0.5, l2: 0.01 };
  const cases: [settings: Partial<RunSettings>, rate: (t: number) => number][] = [
    [{}, () => 0.5],
    [{ schedule: 'constant' }, () => 0.5],
    [{ schedule: 'step', decayIterations: 4 }, (t) => 0.5 * 0.1 ** Math.floor(t / 4)],
    [
      { schedule: 'step', decayIterations: 4, decayFactor: 0.5 },
      (t) => 0.5 * 0.5 ** Math.floor(t / 4),
    ],
    [
      { schedule: 'cosine', decayIterations: 10 },
      (t) => (t < 10 ? 0.25 * (1 + Math.cos((Math.PI * t) / 10)) : 0),
    ],
    [
      { schedule: 'cosine', decayIterations: 10, finalLearningRate: 0.1 },
      (t) => (t < 10 ? 0.1 + 0.2 * (1 + Math.cos((Math.PI * t) / 10)) : 0.1),
    ],
    [{ schedule: 'inverse', decayIterations: 3 }, (t) => 0.5 / (1 + t / 3)],
  ];

  test.each(cases)('%o, over epochs and after a resumption', async (changes, rate) => {
    const rates: number[] = [];
    const reference = openReferenceEngine();
    const engine: Engine = {
      ...reference,
      step: (split, rows, update) => {
        rates.push(update.learningRate);
        expect(update.l2).toBe(0.01);
        return reference.step(split, rows, update);
      },
    };
    const settings = { ...SETTINGS, ...base, ...changes };
    const options = { engine, data: DATA, settings };
    const { state } = stopOf(await eventsUntil(9, options));
    await eventsUntil(9, { ...options, state });
    expect(rates).toHaveLength(18);
    rates.forEach((found, t) => {
      expect(found).toBeCloseTo(rate(t), 14);
    });
  });
});
