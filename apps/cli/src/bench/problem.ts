import type { Examples } from '@softreg/backend';
import { type DatasetSplit, sliceImages, tutorialSplit } from '@softreg/datasets';
import { isCached } from '@softreg/datasets/node';
import { examplesOf } from '@softreg/model';
import { entryOf } from '../data/entries.js';
import { isTutorialPickle } from '../data/tutorial-pickle.js';
import { type DataFlags, datasetOf } from '../dataset.js';
import type { Io } from '../io.js';
import { syntheticImages } from './synthetic-images.js';

/** What the engines work on: the tutorial's problem where the data set is MNIST, or as large. */
export interface Problem {
  /** Of the data set; undefined for images of our own making. */
  readonly dataset: string | undefined;
  readonly train: Examples;
  readonly validation: Examples;
  readonly batchSize: number;
  /** In an epoch. */
  readonly steps: number;
  /** Validation images that an epoch scores. */
  readonly scored: number;
  /** Share of the training pixels that are not zero. */
  readonly ink: number;
}

/** @throws DatasetError */
export async function problemOf(flags: DataFlags, io: Io): Promise<Problem> {
  if (await hasData(flags, io)) {
    const dataset = await datasetOf(flags, io);
    return problemFrom(dataset.name, tutorialSplit(dataset));
  }
  const all = syntheticImages(60_000);
  return problemFrom(undefined, {
    train: sliceImages(all, 0, 50_000),
    validation: sliceImages(all, 50_000, 60_000),
  });
}

/** A measurement is no reason for a download. */
async function hasData({ dataDir, dataset = 'mnist' }: DataFlags, { env }: Io): Promise<boolean> {
  if (dataset === 'digits' || isTutorialPickle(dataset)) return true;
  const entry = await entryOf(dataset);
  return dataDir !== undefined || Boolean(env.SOFTREG_DATA_DIR) || isCached(entry);
}

function problemFrom(
  dataset: string | undefined,
  { train, validation }: Pick<DatasetSplit, 'train' | 'validation'>,
): Problem {
  const batchSize = Math.min(600, train.count);
  return {
    dataset,
    train: examplesOf(train, 256),
    validation: examplesOf(validation, 256),
    batchSize,
    steps: Math.floor(train.count / batchSize),
    scored: validation.count - (validation.count % batchSize) || validation.count,
    ink: inkOf(train.images),
  };
}

function inkOf(images: Uint8Array): number {
  let ink = 0;
  for (const pixel of images) if (pixel !== 0) ink += 1;
  return ink / images.length;
}
