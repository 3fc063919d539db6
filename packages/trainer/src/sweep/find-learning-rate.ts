import { zeroParameters } from '@softreg/backend';
import { checkBatchSize, checkData } from '../check-run.js';
import { checkSettings } from '../check-settings.js';
import { demand, demandPositive } from '../demands.js';
import { minibatchSource } from '../minibatch-source.js';
import { type RunSettings, TUTORIAL_SETTINGS } from '../settings.js';
import { initialState } from '../state.js';
import { stepperFor } from '../stepper.js';
import type { TrainOptions } from '../train-options.js';
import { updateRuleOf } from '../update-rules/index.js';
import { isRangeTestOver, type RangeTestPoint, rangeTestRate, smoothLosses } from './range-test.js';

export interface RangeTestOptions extends Pick<TrainOptions, 'engine' | 'data' | 'signal'> {
  /** Default: the tutorial's. Its learning rate and schedule are of no account, nor is what ends a run. */
  readonly settings?: RunSettings;
  /** Learning rate of the first minibatch, above 0. Default 1e-6. */
  readonly from?: number;
  /** Learning rate of the last minibatch, above `from`. Default 10. */
  readonly to?: number;
  /** Minibatches, 10 or more. Default 100. */
  readonly steps?: number;
}

/**
 * Trains from parameters that are all zero with a learning rate that rises geometrically from minibatch to minibatch, and gives the
 * loss of each. It ends after `steps`, where the smoothed loss exceeds 4 times its lowest or is not finite, or when the signal says so.
 * The engine stays the caller's; nothing of the test is left on it but its parameters.
 *
 * @throws TrainingError TRAINING_INVALID_SETTING, TRAINING_INVALID_DATA at once; the stream may throw BackendError BACKEND_LOST
 */
export function findLearningRate(
  options: RangeTestOptions,
): AsyncGenerator<RangeTestPoint, void, void> {
  const { data, from = 1e-6, to = 10, steps = 100 } = options;
  const settings: RunSettings = { ...TUTORIAL_SETTINGS, ...options.settings };
  checkSettings(settings);
  checkData(data);
  checkBatchSize(settings.batchSize, data);
  demandPositive('from', from);
  demand(to > from && Number.isFinite(to), 'to', `a number above ${from}`, to);
  const isCount = Number.isSafeInteger(steps) && steps >= 10;
  demand(isCount, 'steps', 'a whole number of 10 or more', steps);
  return runRangeTest({ ...options, settings, from, to, steps });
}

async function* runRangeTest(
  plan: RangeTestOptions & Required<Pick<RangeTestOptions, 'settings' | 'from' | 'to' | 'steps'>>,
): AsyncGenerator<RangeTestPoint, void, void> {
  const { engine, data, settings, from, to, steps, signal } = plan;
  const { train } = data;
  const ruleAt = (learningRate: number) =>
    updateRuleOf({ ...settings, learningRate, schedule: 'constant' });
  const minibatches = Math.floor(train.count / settings.batchSize);
  const zeros = zeroParameters(train.features, train.classes);
  let state = initialState(zeros, settings, minibatches, ruleAt(from));
  const losses: number[] = [];
  const source = await minibatchSource(engine, train, settings);
  try {
    await engine.writeParameters(zeros);
    let { slots } = state;
    for (let step = 0; step < steps && !signal?.aborted; step++) {
      const minibatch = step % minibatches;
      if (minibatch === 0) state = { ...state, random: source.begin(state, 0) };
      const learningRate = rangeTestRate(from, to, steps, step);
      const stepper = stepperFor(engine, ruleAt(learningRate), slots);
      await engine.writeRunningLoss({ sum: 0, steps: 0 });
      await source.step(async (split, rows) => {
        await stepper.step(split, rows, step);
      }, minibatch);
      slots = await stepper.slots();
      losses.push((await engine.readRunningLoss()).sum);
      const smoothed = smoothLosses(losses);
      yield {
        step,
        learningRate,
        loss: losses[step] as number,
        smoothedLoss: smoothed[step] as number,
      };
      if (isRangeTestOver(smoothed)) return;
    }
  } finally {
    await source.close();
  }
}
