import {
  demand,
  demandCount,
  demandNotNegative,
  demandOneOf,
  demandPositive,
  demandShareBelow1,
} from './demands.js';
import { OPTIMIZERS, type RunSettings, SCHEDULES, STOPPING_RULES } from './settings.js';

/** @throws TrainingError TRAINING_INVALID_SETTING naming the first setting that is out of its range */
export function checkSettings(settings: RunSettings): void {
  const { optimizer, learningRate, l2, improvementThreshold, patienceIncrease } = settings;
  const { batchSize, epochs, patience, validationFrequency, seed } = settings;
  demandOneOf('optimizer', OPTIMIZERS, optimizer);
  demandPositive('learning rate', learningRate);
  demandNotNegative('l2', l2);
  demand(
    improvementThreshold > 0 && improvementThreshold <= 1,
    'improvement threshold',
    'a number above 0 and at most 1',
    improvementThreshold,
  );
  demand(
    patienceIncrease >= 1 && Number.isFinite(patienceIncrease),
    'patience increase',
    'a number of 1 or more',
    patienceIncrease,
  );
  demandCount('batch size', batchSize);
  demandCount('epochs', epochs);
  demandCount('patience', patience);
  if (validationFrequency !== undefined) demandCount('validation frequency', validationFrequency);
  const seedFits = Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32;
  demand(seedFits, 'seed', 'a whole number from 0 to 4294967295', seed);
  checkRule(settings);
  checkSchedule(settings);
  checkStopping(settings);
}

function checkRule({ optimizer, momentum, beta1, beta2, epsilon, clipNorm }: RunSettings): void {
  const hasVelocity = optimizer === 'momentum' || optimizer === 'nesterov';
  const adam: Use = { is: optimizer === 'adam', of: 'optimizer adam' };
  const velocity: Use = { is: hasVelocity, of: 'optimizer momentum or nesterov' };
  check('momentum', momentum, velocity, demandShareBelow1);
  check('beta1', beta1, adam, demandShareBelow1);
  check('beta2', beta2, adam, demandShareBelow1);
  check('epsilon', epsilon, adam, demandPositive);
  if (clipNorm !== undefined) demandPositive('clip norm', clipNorm);
}

function checkSchedule(settings: RunSettings): void {
  const { schedule = 'constant', decayIterations, decayFactor, finalLearningRate } = settings;
  demandOneOf('schedule', SCHEDULES, schedule);
  const decays: Use = {
    is: schedule !== 'constant',
    of: 'schedule step or cosine or inverse',
  };
  check('decay iterations', decayIterations, decays, demandCount);
  if (decays.is) demandCount('decay iterations', decayIterations);
  check('decay factor', decayFactor, only('schedule', schedule, 'step'), (subject, value) =>
    demand(value > 0 && value <= 1, subject, 'a number above 0 and at most 1', value),
  );
  const cosine = only('schedule', schedule, 'cosine');
  check('final learning rate', finalLearningRate, cosine, (subject, value) => {
    const { learningRate } = settings;
    const range = `a number from 0 to the learning rate, ${learningRate}`;
    demand(value >= 0 && value <= learningRate, subject, range, value);
  });
}

function checkStopping(settings: RunSettings): void {
  const { stopping = 'tutorial', staleValidations, minDelta } = settings;
  demandOneOf('stopping', STOPPING_RULES, stopping);
  const validations = only('stopping', stopping, 'validations');
  check('stale validations', staleValidations, validations, demandCount);
  check('min delta', minDelta, validations, demandShareBelow1);
}

/** Whether a setting is of use, and with what. */
interface Use {
  readonly is: boolean;
  readonly of: string;
}

function only(setting: string, chosen: string, needed: string): Use {
  return { is: chosen === needed, of: `${setting} ${needed}` };
}

function check(
  subject: string,
  value: number | undefined,
  use: Use,
  demandRange: (subject: string, value: number) => void,
): void {
  if (value === undefined) return;
  demandRange(subject, value);
  demand(use.is, subject, `nothing, as it is for ${use.of} alone`, value);
}
