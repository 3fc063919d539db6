import {
  type DatasetEntry,
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
import {
  checkClasses,
  checkSizes,
  checkWeights,
  type FileShape,
  MAX_CLASSES,
} from '../data/limits.js';
import { shareOfDownload } from '../data/share-of-download.js';
import { PageError } from '../problems/page-error.js';
import type { DataSource } from './protocol.js';

export interface SessionData extends DatasetSplit {
  readonly kind: DataSource['kind'];
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
 * @param onShare told how much of a download is here, 0 to 1
 * @throws DatasetError, PageError naming the file, what was expected and what was found
 */
export async function loadData(
  source: DataSource,
  mnistFolder: string,
  onShare: (share: number) => void,
): Promise<SessionData> {
  const { kind } = source;
  switch (kind) {
    case 'digits': {
      const train = drawDigits({ part: 'train', count: TRAIN_COUNT });
      const test = drawDigits({ part: 'test', count: TEST_COUNT });
      return split({ ...DIGITS, kind }, train, test);
    }
    case 'mnist': {
      const onProgress = shareOfDownload(MNIST, onShare);
      const { train, test } = await openDataset(MNIST, { mirrors: [mnistFolder], onProgress });
      return split({ ...MNIST, kind }, train, test);
    }
    case 'files':
      return openFiles(source.files);
  }
}

async function openFiles(files: readonly File[]): Promise<SessionData> {
  if (files.length !== 2 && files.length !== 4) {
    throw new PageError({
      code: 'PAGE_FILE_COUNT',
      subject: 'files',
      expected: '2 or 4 files',
      found: `${files.length} (${files.map(({ name }) => name).join(', ')})`,
      advice: 'choose images and their labels, or the four files of a set like MNIST',
    });
  }
  const shapes = await checkSizes(files);
  return files.length === 2 ? pair(files, shapes) : four(files, shapes);
}

/** Four files in MNIST's form, whatever is in them: with MNIST's classes, or more. */
async function four(files: readonly File[], shapes: readonly FileShape[]): Promise<SessionData> {
  const entry: DatasetEntry = { ...MNIST, classNames: numbered(MAX_CLASSES) };
  const { train, test } = await openDroppedFiles(entry, files, { verify: false });
  const classes = Math.max(
    MNIST.classNames.length,
    classesIn(train.labels),
    classesIn(test.labels),
  );
  const name = nameOf(files, shapes);
  checkWeights({ ...train, classes }, name);
  return split(
    { kind: 'files', name, classNames: numbered(classes) },
    { ...train, classes },
    { ...test, classes },
  );
}

async function pair(files: readonly File[], shapes: readonly FileShape[]): Promise<SessionData> {
  const all = await openDroppedPair(files);
  const labels = shapes.find(({ shape }) => shape.length === 1)?.file ?? files[0];
  checkClasses(all.classes, labels?.name ?? '');
  const name = nameOf(files, shapes);
  checkWeights(all, name);
  const trained = all.count - Math.round(all.count * TEST_SHARE);
  return split(
    { kind: 'files', name, classNames: numbered(all.classes) },
    sliceImages(all, 0, trained),
    sliceImages(all, trained, all.count),
  );
}

function split(
  { kind, name, classNames }: Pick<SessionData, 'kind' | 'name' | 'classNames'>,
  train: DatasetSplit['train'],
  test: DatasetSplit['test'],
): SessionData {
  return { kind, name, classNames, ...tutorialSplit({ name, train, test }) };
}

/** Of the largest one, which holds images to train with. */
function nameOf(files: readonly File[], shapes: readonly FileShape[]): string {
  const [largest] = shapes.toSorted((a, b) => b.bytes - a.bytes);
  return (largest?.file ?? files[0])?.name ?? '';
}

function numbered(classes: number): string[] {
  return Array.from({ length: classes }, (_, label) => String(label));
}

function classesIn(labels: Uint8Array): number {
  return labels.reduce((most, label) => Math.max(most, label + 1), 0);
}
