import type { Examples } from '@softreg/backend';
import { type Engine, openReferenceEngine } from '@softreg/backend';
import { describe, expect, test } from 'vitest';
import {
  checkSettings,
  type RunSettings,
  TrainingError,
  TUTORIAL_SETTINGS,
  train,
} from '../src/index.js';
import { DATA, eventsOf, noisyExamples, SETTINGS, stopOf } from './small-run.js';

const { NaN: NOT_A_NUMBER, POSITIVE_INFINITY: INFINITE } = Number;
const NOT_SHARES = [NOT_A_NUMBER, -0.1, 1, INFINITE, -INFINITE];
const NOT_POSITIVE = [NOT_A_NUMBER, 0, -0.13, INFINITE, -INFINITE];
const DECAY = { decayIterations: 7 };
const NOT_COUNTS = [NOT_A_NUMBER, 0, -1, INFINITE, -INFINITE, 1.5, 2 ** 53];

type Refused = [setting: keyof RunSettings, name: string, values: readonly unknown[], of?: object];

const REFUSED: Refused[] = [
  ['learningRate', 'learning rate', [NOT_A_NUMBER, 0, -0.13, INFINITE, -INFINITE]],
  ['l2', 'l2', [NOT_A_NUMBER, -1e-9, INFINITE]],
  ['improvementThreshold', 'improvement threshold', [NOT_A_NUMBER, 0, -1, 1.001, INFINITE]],
  ['patienceIncrease', 'patience increase', [NOT_A_NUMBER, 0, -2, 0.99, INFINITE]],
  ['batchSize', 'batch size', NOT_COUNTS],
  ['epochs', 'epochs', NOT_COUNTS],
  ['patience', 'patience', NOT_COUNTS],
  ['validationFrequency', 'validation frequency', NOT_COUNTS],
  ['seed', 'seed', [NOT_A_NUMBER, -1, 0.5, 2 ** 32, INFINITE]],
  ['optimizer', 'optimizer', ['adagrad', '', 'toString', undefined]],
  ['momentum', 'momentum', NOT_SHARES, { optimizer: 'momentum' }],
  ['momentum', 'momentum', NOT_SHARES, { optimizer: 'nesterov' }],
  ['beta1', 'beta1', NOT_SHARES, { optimizer: 'adam' }],
  ['beta2', 'beta2', NOT_SHARES, { optimizer: 'adam' }],
  ['epsilon', 'epsilon', NOT_POSITIVE, { optimizer: 'adam' }],
  ['clipNorm', 'clip norm', NOT_POSITIVE],
  ['schedule', 'schedule', ['linear', '', 'toString', null]],
  ['decayIterations', 'decay iterations', [...NOT_COUNTS, undefined], { schedule: 'step' }],
  ['decayIterations', 'decay iterations', [...NOT_COUNTS, undefined], { schedule: 'cosine' }],
  ['decayIterations', 'decay iterations', [...NOT_COUNTS, undefined], { schedule: 'inverse' }],
  ['decayFactor', 'decay factor', [...NOT_POSITIVE, 1.001], { schedule: 'step', ...DECAY }],
  [
    'finalLearningRate',
    'final learning rate',
    [NOT_A_NUMBER, -0.1, 0.61, INFINITE],
    { schedule: 'cosine', ...DECAY },
  ],
  ['stopping', 'stopping', ['patience', '', 'toString', null]],
  ['staleValidations', 'stale validations', NOT_COUNTS, { stopping: 'validations' }],
  ['minDelta', 'min delta', [NOT_A_NUMBER, -0.01, 1, INFINITE], { stopping: 'validations' }],
  // In their ranges, but of no use to what is chosen.
  ['momentum', 'momentum', [0.5], { optimizer: 'adam' }],
  ['beta1', 'beta1', [0.5], { optimizer: 'momentum' }],
  ['beta2', 'beta2', [0.5], { optimizer: 'nesterov' }],
  ['epsilon', 'epsilon', [0.5]],
  ['decayIterations', 'decay iterations', [5]],
  ['decayFactor', 'decay factor', [0.5], { schedule: 'cosine', ...DECAY }],
  ['finalLearningRate', 'final learning rate', [0.5], { schedule: 'inverse', ...DECAY }],
  ['staleValidations', 'stale validations', [5]],
  ['minDelta', 'min delta', [0.5], { stopping: 'tutorial' }],
];

const cases = REFUSED.flatMap(([setting, name, values, of = {}]) =>
  values.map((value) => ({ setting, name, value, of })),
);

describe('a setting out of its range is refused by name, before anything is loaded', () => {
  test.each(cases)('$setting $value $of', ({ setting, name, value, of }) => {
    const settings = { ...SETTINGS, ...of, [setting]: value } as RunSettings;
    const error = refusal({ settings });
    expect(error).toMatchObject({ code: 'TRAINING_INVALID_SETTING', subject: name });
    expect(error.message).toBe(`${name}: expected ${error.expected}, found ${value}`);
    expect(() => checkSettings(settings)).toThrow(error.message);
  });

  test.each([
    ['train', 'training', { ...DATA, train: noisyExamples(5, 1) }],
    ['validation', 'validation', { ...DATA, validation: noisyExamples(5, 1) }],
    ['test', 'test', { ...DATA, test: noisyExamples(5, 1) }],
  ])('a batch larger than the %s set', (_, name, data) => {
    expect(refusal({ data }).message).toBe(
      `batch size: expected at most 5, the number of ${name} images, found 6`,
    );
  });

  test.each([
    ['the epochs', { epochs: 2, validationFrequency: 13 }, 12],
    ['patience', { patience: 9, validationFrequency: 11 }, 10],
  ])('a validation frequency that %s would never reach', (_, changes, iterations) => {
    expect(refusal({ settings: { ...SETTINGS, ...changes } })).toMatchObject({
      code: 'TRAINING_INVALID_SETTING',
      subject: 'validation frequency',
      expected: `at most ${iterations}, the minibatches until epochs or patience end the run`,
      found: String(changes.validationFrequency),
    });
  });
});

describe('the ends of the ranges are allowed', () => {
  test.each<Partial<RunSettings>>([
    { learningRate: Number.MIN_VALUE },
    { l2: 0 },
    { improvementThreshold: 1 },
    { patienceIncrease: 1 },
    { batchSize: 1 },
    { batchSize: 20 },
    { epochs: 1 },
    { patience: 1 },
    { epochs: 2, validationFrequency: 12 },
    { epochs: 2, patience: 9, validationFrequency: 10 },
    { seed: 0 },
    { seed: 2 ** 32 - 1 },
    { optimizer: 'momentum', momentum: 0 },
    { optimizer: 'nesterov', momentum: 0.999 },
    { optimizer: 'adam', beta1: 0, beta2: 0, epsilon: Number.MIN_VALUE },
    { clipNorm: Number.MIN_VALUE },
    { schedule: 'step', decayIterations: 1, decayFactor: 1 },
    { schedule: 'cosine', decayIterations: 1, finalLearningRate: 0 },
    { schedule: 'cosine', decayIterations: 1, finalLearningRate: SETTINGS.learningRate },
    { schedule: 'inverse', decayIterations: 1 },
    { stopping: 'validations', staleValidations: 1, minDelta: 0 },
    { stopping: 'validations', minDelta: 0.999 },
    { schedule: undefined, momentum: undefined, stopping: undefined },
  ])('%o', async (changes) => {
    const settings = { ...SETTINGS, epochs: 1, ...changes };
    const stop = stopOf(await eventsOf({ engine: openReferenceEngine(), data: DATA, settings }));
    expect(stop.state.history.length).toBeGreaterThan(0);
  });
});

test('the default settings are those of the tutorial', () => {
  expect(TUTORIAL_SETTINGS).toEqual({
    optimizer: 'sgd',
    learningRate: 0.13,
    batchSize: 600,
    epochs: 1000,
    patience: 5000,
    patienceIncrease: 2,
    improvementThreshold: 0.995,
    validationFrequency: undefined,
    l2: 0,
    shuffle: false,
    seed: 0,
  });
  expect(() => checkSettings(TUTORIAL_SETTINGS)).not.toThrow();
});

describe('a state that does not belong to the run is refused, before anything is loaded', () => {
  const reshaped = (change: (examples: Examples) => Partial<Examples>) => {
    const { train, validation, test } = DATA;
    return {
      train: { ...train, ...change(train) },
      validation: { ...validation, ...change(validation) },
      test: { ...test, ...change(test) },
    };
  };
  const wider = ({ count, labels }: Examples) => ({
    features: 12,
    count: count / 2,
    labels: labels.slice(count / 2),
  });

  test.each([
    ['with more features', reshaped(wider), '12 features and 3 classes'],
    ['with more classes', reshaped(() => ({ classes: 4 })), '6 features and 4 classes'],
  ])('one of data %s', async (_, data, expected) => {
    const { state } = stopOf(
      await eventsOf({ engine: openReferenceEngine(), data: DATA, settings: SETTINGS }),
    );
    expect(refusal({ data, state })).toMatchObject({
      code: 'TRAINING_INVALID_STATE',
      expected: `${expected}, as the data has`,
      found: '6 and 3',
    });
  });

  test('one that has less patience than is set', async () => {
    const settings = { ...SETTINGS, patience: 100 };
    const { state } = stopOf(
      await eventsOf({ engine: openReferenceEngine(), data: DATA, settings }),
    );
    expect(refusal({ settings: { ...settings, patience: 101 }, state })).toMatchObject({
      code: 'TRAINING_INVALID_STATE',
      expected: 'a patience of at least 101, as set',
      found: '100',
    });
  });
});

describe('a state whose slots are not those of the update rule is refused', () => {
  test.each([
    ['sgd', 'adam', 'slots mean of 21 and square of 21, as adam has', 'no slots'],
    ['adam', 'sgd', 'no slots, as sgd has', 'slots mean of 21 and square of 21'],
    [
      'adam',
      'nesterov',
      'slots velocity of 21, as nesterov has',
      'slots mean of 21 and square of 21',
    ],
  ] as const)('from %s to %s', async (from, optimizer, expected, found) => {
    const settings = { ...SETTINGS, optimizer: from };
    const { state } = stopOf(
      await eventsOf({ engine: openReferenceEngine(), data: DATA, settings }),
    );
    expect(refusal({ settings: { ...SETTINGS, optimizer }, state })).toMatchObject({
      code: 'TRAINING_INVALID_STATE',
      subject: 'state',
      expected,
      found,
    });
  });

  test('or whose lengths are others', async () => {
    const settings = { ...SETTINGS, optimizer: 'momentum' } as const;
    const { state } = stopOf(
      await eventsOf({ engine: openReferenceEngine(), data: DATA, settings }),
    );
    const slots = { velocity: new Float32Array(20) };
    expect(refusal({ settings, state: { ...state, slots } }).found).toBe('slots velocity of 20');
  });
});

describe('sets that do not belong together are refused, before anything is loaded', () => {
  test.each(['validation', 'test'] as const)('%s', (name) => {
    const data = { ...DATA, [name]: { ...DATA[name], classes: 4 } };
    expect(refusal({ data })).toMatchObject({
      code: 'TRAINING_INVALID_DATA',
      subject: `${name} set`,
      expected: '6 features and 3 classes, as the training set has',
      found: '6 and 4',
    });
  });
});

test('an error is known by its marker, whichever copy of the package made it', () => {
  const error = refusal({ settings: { ...SETTINGS, epochs: 0 } });
  expect(error).toBeInstanceOf(TrainingError);
  const foreign = Object.assign(new Error(), { [Symbol.for('softreg.TrainingError')]: true });
  expect(TrainingError.isInstance(foreign)).toBe(true);
  expect(TrainingError.isInstance(new Error('another'))).toBe(false);
  expect(TrainingError.isInstance({ code: 'TRAINING_INVALID_SETTING' })).toBe(false);
});

/** The error that the call itself throws, on an engine that nothing may be asked of. */
function refusal(changes: Partial<Parameters<typeof train>[0]>): TrainingError {
  const engine = new Proxy({} as Engine, {
    get: (_, name) => expect.fail(`the engine was asked for ${String(name)}`),
  });
  try {
    train({ engine, data: DATA, settings: SETTINGS, ...changes });
  } catch (error) {
    if (TrainingError.isInstance(error)) return error;
    throw error;
  }
  return expect.fail('it was not refused');
}
