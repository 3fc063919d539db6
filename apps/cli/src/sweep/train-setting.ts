import type { Engine } from '@softreg/backend';
import type { SoftmaxRegression } from '@softreg/model';
import { type StopEvent, train } from '@softreg/trainer';
import { dataOf, type SplitSets } from '../split-sets.js';
import { type Metric, metricOf } from '../train/metrics.js';
import { modelOf } from '../train/model-of-run.js';
import { type Receipt, receiptOf } from '../train/receipt.js';
import type { RunConfig } from '../train/run-config.js';
import type { SweepSetting } from './config.js';
import { resultOf, type SettingResult } from './result.js';

/** What is kept of a setting. */
export interface TrainedSetting {
  readonly result: SettingResult;
  /** As `train` keeps them; undefined for a run that diverged. */
  readonly kept: { readonly model: SoftmaxRegression; readonly receipt: Receipt } | undefined;
}

export type SetsOfExamples = ReturnType<typeof examplesOfSets>;

/** The three sets as an engine takes them. */
export function examplesOfSets(sets: SplitSets, pixelScale: number) {
  return {
    train: dataOf(sets.train, pixelScale),
    validation: dataOf(sets.validation, pixelScale),
    test: dataOf(sets.test, pixelScale),
  };
}

/**
 * Trains to the end, as `softreg train` does.
 *
 * @param data of the sets
 * @returns undefined if the signal ended it
 */
export async function trainSetting(
  engine: Engine,
  { sets, data }: { readonly sets: SplitSets; readonly data: SetsOfExamples },
  config: RunConfig,
  setting: SweepSetting,
  signal: AbortSignal,
): Promise<TrainedSetting | undefined> {
  const began = performance.now();
  const { settings } = setting;
  const metrics: Metric[] = [];
  let stop: StopEvent | undefined;
  for await (const event of train({ engine, data, settings, signal })) {
    const metric = metricOf(event);
    if (metric) metrics.push(metric);
    if (event.type === 'stop') stop = event;
  }
  if (stop === undefined) throw new Error('the run ended without a stop event');
  if (stop.reason === 'aborted') return undefined;
  const seconds = Math.round(performance.now() - began) / 1000;
  const result = resultOf(setting, stop, seconds);
  const { best } = stop.state;
  if (result.full === null || best === undefined) return { result, kept: undefined };
  const run = { ...config, settings };
  const model = modelOf(best, run, sets, [run.backend]);
  return { result, kept: { model, receipt: receiptOf(run, [engine], metrics, stop) } };
}
