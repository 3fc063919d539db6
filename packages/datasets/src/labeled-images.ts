import type { IdxArray } from '@softreg/idx';
import { DatasetError } from './errors.js';

/** Grayscale images of one size, each with a class. */
export interface LabeledImages {
  /** Pixels 0 to 255: count x height x width, row-major. */
  readonly images: Uint8Array;
  /** Class of each image: 0 to classes - 1. */
  readonly labels: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly classes: number;
}

/** An IDX array and the name to call it by in an error. */
export interface NamedIdx {
  readonly name: string;
  readonly array: IdxArray;
}

/**
 * Joins an image file and a label file.
 *
 * @throws DatasetError DATASET_WRONG_SHAPE, DATASET_COUNTS_DIFFER, DATASET_LABEL_OUT_OF_RANGE
 */
export function pairImagesWithLabels(
  images: NamedIdx,
  labels: NamedIdx,
  classes: number,
): LabeledImages {
  const { type, shape, data } = images.array;
  const size = checkPair({ name: images.name, type, shape }, labels, classes);
  return { images: data as Uint8Array, labels: labels.array.data as Uint8Array, ...size, classes };
}

/** What is known of an IDX file from its header, and the name to call it by in an error. */
export interface NamedHeader {
  readonly name: string;
  readonly type: IdxArray['type'];
  readonly shape: readonly number[];
}

/**
 * Whether an image file and a label file belong together.
 *
 * @throws DatasetError DATASET_WRONG_SHAPE, DATASET_COUNTS_DIFFER, DATASET_LABEL_OUT_OF_RANGE
 */
export function checkPair(
  images: NamedHeader,
  labels: NamedIdx,
  classes: number,
): { count: number; height: number; width: number } {
  if (images.type !== 'uint8' || images.shape.length !== 3) {
    throw wrongShape(images, 'bytes of rank 3 (images x rows x columns)');
  }
  if (labels.array.type !== 'uint8' || labels.array.shape.length !== 1) {
    throw wrongShape({ name: labels.name, ...labels.array }, 'bytes of rank 1 (labels)');
  }
  const [count, height, width] = images.shape as [number, number, number];
  if (labels.array.shape[0] !== count) {
    throw new DatasetError({
      code: 'DATASET_COUNTS_DIFFER',
      subject: labels.name,
      expected: `${count} labels, one for each image of ${images.name}`,
      found: `${labels.array.shape[0]}`,
      advice: 'the two files do not belong together: replace one of them',
    });
  }
  if (height * width === 0) throw wrongShape(images, 'images of at least one pixel');
  checkLabels(labels.name, labels.array.data, classes);
  return { count, height, width };
}

function checkLabels(name: string, labels: Uint8Array, classes: number): void {
  const index = labels.findIndex((label) => label >= classes);
  if (index === -1) return;
  throw new DatasetError({
    code: 'DATASET_LABEL_OUT_OF_RANGE',
    subject: name,
    expected: `labels 0 to ${classes - 1}`,
    found: `label ${labels[index]} at position ${index}`,
    advice: 'replace the file with one of this data set',
  });
}

function wrongShape({ name, type, shape }: NamedHeader, expected: string): DatasetError {
  return new DatasetError({
    code: 'DATASET_WRONG_SHAPE',
    subject: name,
    expected,
    found: `${type} of shape ${shape.join(' x ') || '(none)'}`,
    advice: 'name a file of that form',
  });
}

/**
 * Images `start` to `end` (exclusive), as a view.
 *
 * @throws RangeError if the set has no such images
 */
export function sliceImages(data: LabeledImages, start: number, end: number): LabeledImages {
  const whole = Number.isInteger(start) && Number.isInteger(end);
  if (!whole || start < 0 || start > end || end > data.count) {
    throw new RangeError(`expected images within 0 to ${data.count}, found ${start} to ${end}`);
  }
  const pixels = data.height * data.width;
  return {
    ...data,
    images: data.images.subarray(start * pixels, end * pixels),
    labels: data.labels.subarray(start, end),
    count: end - start,
  };
}

/**
 * Consecutive minibatches of `size` images, as views; a last one of fewer images is left out.
 *
 * @throws RangeError if `size` is not a whole number of at least 1
 */
export function* minibatches(data: LabeledImages, size: number): Generator<LabeledImages> {
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`expected minibatches of at least 1 image, found a size of ${size}`);
  }
  for (let end = size; end <= data.count; end += size) yield sliceImages(data, end - size, end);
}
