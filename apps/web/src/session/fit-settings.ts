import type { DatasetSplit } from '@softreg/datasets';
import type { RunSettings } from '@softreg/trainer';

/** The same settings, with minibatches of no more images than each of the sets has. */
export function fitSettings(
  settings: RunSettings,
  { train, validation, test }: DatasetSplit,
): RunSettings {
  const batchSize = Math.min(settings.batchSize, train.count, validation.count, test.count);
  return { ...settings, batchSize };
}
