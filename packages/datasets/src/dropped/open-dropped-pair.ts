import { DEFAULT_MAX_BYTES, decodeIdx } from '@softreg/idx';
import { DatasetError } from '../errors.js';
import { type LabeledImages, type NamedIdx, pairImagesWithLabels } from '../labeled-images.js';
import { type DroppedFile, rawBytesOf } from './dropped-file.js';

export interface OpenDroppedPairOptions {
  /** Largest file to accept, in bytes, packed and unpacked; default 1 GiB. */
  maxBytes?: number | undefined;
}

/**
 * Images and their labels from two IDX files of any names, in any order, raw or gzipped. There are as many classes as the labels need, at
 * least 2.
 *
 * @throws DatasetError naming the file: DATASET_FILE_MISSING, DATASET_FILE_TWICE for two files of the same kind or more than two,
 * DATASET_FILE_DAMAGED, DATASET_WRONG_SHAPE, DATASET_COUNTS_DIFFER
 */
export async function openDroppedPair(
  files: Iterable<DroppedFile>,
  { maxBytes = DEFAULT_MAX_BYTES }: OpenDroppedPairOptions = {},
): Promise<LabeledImages> {
  const [one, two, ...more] = files;
  if (one === undefined || two === undefined) {
    throw new DatasetError({
      code: 'DATASET_FILE_MISSING',
      subject: one?.name ?? 'files',
      expected: 'an image file and its label file',
      found: one === undefined ? 'no file' : 'this one alone',
      advice: 'choose both at once',
    });
  }
  if (more[0] !== undefined) throw twice(more[0], 'an image file and its label file', 'two others');
  const first = await open(one, maxBytes);
  const second = await open(two, maxBytes);
  const ranks = [rankOf(first), rankOf(second)];
  if (ranks.every((rank) => rank === 1)) {
    throw twice(two, 'images beside labels', `labels, as in ${one.name}`);
  }
  if (ranks.every((rank) => rank === 3)) {
    throw twice(two, 'labels beside images', `images, as in ${one.name}`);
  }
  const labelsFirst = ranks[0] === 1 || ranks[1] === 3;
  const [images, labels] = labelsFirst ? [second, first] : [first, second];
  let classes = 2;
  for (const label of labels.array.data) classes = Math.max(classes, label + 1);
  return pairImagesWithLabels(images, labels, classes);
}

async function open(file: DroppedFile, maxBytes: number): Promise<NamedIdx> {
  return { name: file.name, array: decodeIdx(await rawBytesOf(file, maxBytes)) };
}

function rankOf({ array }: NamedIdx): number {
  return array.shape.length;
}

function twice(file: DroppedFile, expected: string, found: string): DatasetError {
  return new DatasetError({
    code: 'DATASET_FILE_TWICE',
    subject: file.name,
    expected,
    found,
    advice: 'choose two files that belong together',
  });
}
