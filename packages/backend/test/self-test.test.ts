import { expect, test } from 'vitest';
import { type Engine, openReferenceEngine } from '../src/index.js';
import { selfTest } from '../src/self-test.js';

test('an engine that computes right numbers passes', async () => {
  expect(await selfTest(openReferenceEngine())).toBeUndefined();
});

const BROKEN: [string, (engine: Engine) => Partial<Engine>][] = [
  [
    'steps that are a little too long',
    (engine) => ({
      step: (split, rows, { learningRate }) =>
        engine.step(split, rows, { learningRate: 1.01 * learningRate }),
    }),
  ],
  ['no steps at all', () => ({ step: () => undefined })],
  [
    'the rows of another minibatch',
    (engine) => ({
      step: (split, _, update) => engine.step(split, { start: 0, end: 8 }, update),
    }),
  ],
  [
    'a parameter of NaN',
    (engine) => ({
      async readParameters() {
        const parameters = await engine.readParameters();
        parameters.bias[0] = Number.NaN;
        return parameters;
      },
    }),
  ],
];

test.each(BROKEN)('%s', async (_, fault) => {
  const engine = openReferenceEngine();
  expect(await selfTest({ ...engine, ...fault(engine) })).toMatch(/^its numbers are wrong/);
});
