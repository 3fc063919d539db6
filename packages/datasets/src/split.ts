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
  const validationCount = Math.round(train.count * VALIDATION_SHARE);
  const trainCount = train.count - validationCount;
  if (validationCount === 0 || trainCount === 0 || test.count === 0) {
    throw new DatasetError({
      code: 'DATASET_TOO_SMALL',
      subject: `data set ${name}`,
      expected: 'at least 3 training images and 1 test image',
      found: `${train.count} and ${test.count}`,
    });
  }
  return {
    train: sliceImages(train, 0, trainCount),
    validation: sliceImages(train, trainCount, train.count),
    test,
  };
}
