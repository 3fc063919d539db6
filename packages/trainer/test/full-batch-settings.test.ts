import { type Engine, openReferenceEngine } from '@softreg/backend';
import { describe, expect, test } from 'vitest';
import { type FullBatchSettings, trainFullBatch } from '../src/index.js';
import { eventsOf, SETTINGS, stopOf } from './full-batch-run.js';
import { DATA } from './small-run.js';

describe('a setting out of its range is refused by name', () => {
  const { NaN: NOT_A_NUMBER, POSITIVE_INFINITY: INFINITE } = Number;
  const NOT_COUNTS = [NOT_A_NUMBER, 0, -1, INFINITE, 1.5];
  const refused: [keyof FullBatchSettings, string, readonly unknown[], object?][] = [
    ['method', 'method', ['sgd', '', 'toString', undefined]],
    ['iterations', 'iterations', NOT_COUNTS],
    ['batchSize', 'batch size', [...NOT_COUNTS, 21]],
    ['gradientTolerance', 'gradient tolerance', [NOT_A_NUMBER, -1e-9, INFINITE]],
    ['l2', 'l2', [NOT_A_NUMBER, -1e-9, INFINITE]],
    ['memory', 'memory', NOT_COUNTS, { method: 'lbfgs' }],
    ['memory', 'memory', [5]],
  ];
  const cases = refused.flatMap(([setting, name, values, of]) =>
    values.map((value) => ({ setting, name, value, of })),
  );
  const engine = new Proxy({} as Engine, {
    get: (_, name) => expect.fail(`the engine was asked for ${String(name)}`),
  });

  test.each(cases)('$setting $value', ({ setting, name, value, of }) => {
    const settings = { ...SETTINGS, ...of, [setting]: value } as FullBatchSettings;
    expect(() => trainFullBatch({ engine, data: DATA, settings })).toThrow(
      expect.objectContaining({
        code: 'TRAINING_INVALID_SETTING',
        subject: name,
        found: String(value),
      }),
    );
  });

  test('and so are data and states that do not fit', async () => {
    const data = { ...DATA, test: { ...DATA.test, classes: 4 } };
    expect(() => trainFullBatch({ engine, data })).toThrow(
      expect.objectContaining({ code: 'TRAINING_INVALID_DATA', subject: 'test set' }),
    );
    const run = { engine: openReferenceEngine(), data: DATA, settings: SETTINGS };
    const { state, parameters } = stopOf(await eventsOf(run));
    const wider = { features: 3, classes: 6 };
    for (const [subject, start] of [
      ['state', { state: { ...state, ...wider } }],
      ['parameters', { parameters: { ...parameters, ...wider } }],
    ] as const) {
      expect(() => trainFullBatch({ ...run, engine, ...start })).toThrow(
        expect.objectContaining({ code: 'TRAINING_INVALID_STATE', subject, found: '3 and 6' }),
      );
    }
  });
});
