import type { ErrorCount, SoftmaxRegression } from '@softreg/model';
import type { Best } from '@softreg/trainer';
import type { SplitSets } from '../split-sets.js';
import type { RunConfig } from './run-config.js';

/**
 * The best model of a run, with a receipt of how it came to be.
 *
 * @param backends those that computed it, one after the other
 */
export function modelOf(
  best: Best,
  config: RunConfig,
  sets: SplitSets,
  backends: readonly string[],
): SoftmaxRegression {
  const score = ({ errors, count }: ErrorCount) => `${errors}/${count}`;
  return {
    parameters: best.parameters,
    imageHeight: sets.train.height,
    imageWidth: sets.train.width,
    classNames: sets.classNames,
    pixelScale: config.pixelScale,
    receipt: {
      softreg_version: config.version,
      backend: backends.join(', '),
      dataset: config.dataset,
      dataset_sha256: JSON.stringify(config.sha256),
      settings: JSON.stringify(config.settings),
      batch_size: String(config.settings.batchSize),
      epoch: String(best.epoch),
      minibatch: String(best.minibatch),
      validation_errors: score(best.validation),
      test_errors: score(best.test),
    },
  };
}
