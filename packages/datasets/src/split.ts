import type { Dataset } from './dataset.js';
import { DatasetError } from './errors.js';
import { type LabeledImages, sliceImages } from './labeled-images.js';

/** The three sets of a training run. */
export interface DatasetSplit {
  readonly train: LabeledImages;
  readonly validation: LabeledImages;
  readonly test: LabeledImages;
}

/** One image in six validates: of MNIST's 60,000 the last 10,000, as in the tutorial. */
const VALIDATION_SHARE = 1 / 6;

/**
 * The tutorial's split: the last sixth of the training images (rounded) validates, the rest trains, the test images test. Views,
 * not copies. MNIST: 50,000, 10,000 and 10,000.
 *
 * @throws DatasetError DATASET_TOO_SMALL if a set would be empty
 */
export function tutorialSplit({
  name,
  train,
  test,
}: Pick<Dataset, 'name' | 'train' | 'test'>): DatasetSplit {
  const trainCount = trainingCount(name, train.count, test.count);
  return {
    train: sliceImages(train, 0, trainCount),
    validation: sliceImages(train, trainCount, train.count),
    test,
  };
}

/** How many of so many training images train in the tutorial's split; the others validate. @throws as {@link tutorialSplit} */
export function trainingCount(name: string, train: number, test: number): number {
  const validation = Math.round(train * VALIDATION_SHARE);
  if (validation === 0 || validation === train || test === 0) {
    throw new DatasetError({
      code: 'DATASET_TOO_SMALL',
      subject: `data set ${name}`,
      expected: 'at least 3 training images and 1 test image',
      found: `${train} and ${test}`,
    });
  }
  return train - validation;
}
