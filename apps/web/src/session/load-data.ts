import {
  type DatasetSplit,
  DIGITS,
  drawDigits,
  MNIST,
  openDroppedFiles,
  openDroppedPair,
  sliceImages,
  tutorialSplit,
} from '@softreg/datasets';
import { openDataset } from '@softreg/datasets/browser';
import type { DataSource } from './protocol.js';

export interface SessionData extends DatasetSplit {
  readonly name: string;
  readonly classNames: readonly string[];
}

/** Drawn in a second or so; all 70,000 take seven. */
const TRAIN_COUNT = 12_000;
const TEST_COUNT = 2_000;

/** Of the images of a pair, one in six tests. */
const TEST_SHARE = 1 / 6;

/**
 * @param mnistFolder address of the site's own copy of MNIST's files
 * @throws DatasetError naming the file, what was expected and what was found
 */
export async function loadData(source: DataSource, mnistFolder: string): Promise<SessionData> {
  switch (source.kind) {
    case 'digits': {
      const train = drawDigits({ part: 'train', count: TRAIN_COUNT });
      const test = drawDigits({ part: 'test', count: TEST_COUNT });
      return split(DIGITS, train, test);
    }
    case 'mnist': {
      const { train, test } = await openDataset(MNIST, { mirrors: [mnistFolder] });
      return split(MNIST, train, test);
    }
    case 'files': {
      const { files } = source;
      return files.length === 2 ? pair(files) : four(files);
    }
  }
}

/** Four files in MNIST's form, whatever is in them. */
async function four(files: readonly File[]): Promise<SessionData> {
  const { train, test } = await openDroppedFiles(MNIST, files, { verify: false });
  return split({ name: nameOf(files), classNames: MNIST.classNames }, train, test);
}

async function pair(files: readonly File[]): Promise<SessionData> {
  const all = await openDroppedPair(files);
  const trained = all.count - Math.round(all.count * TEST_SHARE);
  const classNames = Array.from({ length: all.classes }, (_, label) => String(label));
  return split(
    { name: nameOf(files), classNames },
    sliceImages(all, 0, trained),
    sliceImages(all, trained, all.count),
  );
}

function split(
  { name, classNames }: Pick<SessionData, 'name' | 'classNames'>,
  train: DatasetSplit['train'],
  test: DatasetSplit['test'],
): SessionData {
  return { name, classNames, ...tutorialSplit({ name, train, test }) };
}

function nameOf([file]: readonly File[]): string {
  return file?.name ?? '';
}
