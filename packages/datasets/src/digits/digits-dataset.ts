import { encodeIdx } from '@softreg/idx';
import type { Dataset } from '../dataset.js';
import type { LabeledImages } from '../labeled-images.js';
import { sha256Hex } from '../sha256.js';
import { drawDigits } from './draw-digits.js';

export interface DigitsDatasetOptions {
  /** How many images to train on: a whole number of at least 1; default 60,000. */
  readonly train?: number;
  /** How many to test on: a whole number of at least 1; default 10,000. */
  readonly test?: number;
  /** A whole number from 0 to 2^32 - 1; default 0. */
  readonly seed?: number;
}

/**
 * The built-in digits, drawn here and now, with the checksums that their IDX files would have: a data set of MNIST's shape that needs no
 * file and no network. The default sizes take about 7 seconds, in which the thread does nothing else. In a browser it needs a secure
 * context (https or localhost), as SHA-256 does.
 *
 * @throws RangeError naming the option that is out of its range
 */
export async function digitsDataset({
  train: trainCount = 60_000,
  test: testCount = 10_000,
  seed = 0,
}: DigitsDatasetOptions = {}): Promise<Dataset> {
  const train = drawDigits({ count: trainCount, seed, part: 'train' });
  const test = drawDigits({ count: testCount, seed, part: 'test' });
  return {
    name: 'digits',
    classNames: Array.from({ length: train.classes }, (_, digit) => String(digit)),
    train,
    test,
    sha256: {
      trainImages: await sha256OfImages(train),
      trainLabels: await sha256OfLabels(train),
      testImages: await sha256OfImages(test),
      testLabels: await sha256OfLabels(test),
    },
  };
}

function sha256OfImages({ images, count, height, width }: LabeledImages): Promise<string> {
  return sha256Hex(encodeIdx({ type: 'uint8', shape: [count, height, width], data: images }));
}

function sha256OfLabels({ labels, count }: LabeledImages): Promise<string> {
  return sha256Hex(encodeIdx({ type: 'uint8', shape: [count], data: labels }));
}
