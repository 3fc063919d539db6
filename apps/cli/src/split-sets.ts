import {
  type Dataset,
  DIGITS,
  type ImageStream,
  type LabeledImages,
  sliceImages,
  tutorialSplit,
} from '@softreg/datasets';
import { cacheFolder, fetchDataset, imageBytes, streamDataset } from '@softreg/datasets/node';
import { DEFAULT_MAX_BYTES } from '@softreg/idx';
import { type ExampleStream, exampleStreamOf, examplesOf } from '@softreg/model';
import { entryOf } from './data/entries.js';
import { withFetchLog } from './data/fetch-log.js';
import { isTutorialPickle } from './data/tutorial-pickle.js';
import { type DataFlags, datasetOf, folderOf, isOffline } from './dataset.js';
import { type Io, printLine } from './io.js';
import { UsageError } from './usage-error.js';

export interface SplitFlags extends DataFlags {
  readonly stream?: boolean;
}

type SplitName = 'train' | 'validation' | 'test';

/** A data set in the tutorial's split: its images are in memory, or are read as they are needed. */
export interface SplitSets
  extends Pick<Dataset, 'name' | 'classNames' | 'sha256'>,
    Readonly<Record<SplitName, LabeledImages | ImageStream>> {
  readonly isStreamed: boolean;
  close(): Promise<void>;
}

/** @param open in the place of {@link datasetOf} for a set that memory holds */
export async function splitSetsOf(
  flags: SplitFlags,
  io: Io,
  open: typeof datasetOf = datasetOf,
): Promise<SplitSets> {
  if (await isStreamed(flags, io)) return streamsOf(flags, io);
  const dataset = await open(flags, io);
  const { name, classNames, sha256 } = dataset;
  const close = async () => undefined;
  return { name, classNames, sha256, ...tutorialSplit(dataset), isStreamed: false, close };
}

/** The first images of a set, so many or all. */
export async function firstOf(
  set: LabeledImages | ImageStream,
  count: number,
): Promise<LabeledImages> {
  const most = Math.min(count, set.count);
  if ('images' in set) return sliceImages(set, 0, most);
  const minibatches = set.minibatches(most, 0, undefined);
  const { value } = await minibatches.next();
  await minibatches.return();
  // A part of a split has one image at least.
  return value as LabeledImages;
}

/** What an engine computes on. */
export function dataOf(
  set: LabeledImages | ImageStream,
  pixelScale: number,
): ReturnType<typeof examplesOf> | ExampleStream {
  return 'images' in set ? examplesOf(set, pixelScale) : exampleStreamOf(set, pixelScale);
}

/** As `--stream` says; without it, where a file is larger than what is read into memory. */
async function isStreamed(flags: SplitFlags, io: Io): Promise<boolean> {
  const folder = folderOf(flags, io);
  const isDrawn = flags.dataset === DIGITS.name && flags.dataDir === undefined;
  const isPickle = flags.dataset !== undefined && isTutorialPickle(flags.dataset);
  if (flags.stream === true && isPickle) {
    throw new UsageError(
      `--stream: expected a data set of IDX files, found ${flags.dataset}, which is read at once`,
    );
  }
  if (flags.stream === true && isDrawn) {
    throw new UsageError(
      '--stream: expected a data set with files, found the built-in digits; ' +
        'write them with softreg data fetch digits --out FOLDER, and name the folder with --data-dir',
    );
  }
  if (flags.stream !== undefined) return flags.stream;
  if (folder === undefined || isDrawn || isPickle) return false;
  const entry = await entryOf(flags.dataset ?? 'mnist', flags.dataDir);
  return (await imageBytes(entry, folder)) > DEFAULT_MAX_BYTES;
}

async function streamsOf(flags: SplitFlags, io: Io): Promise<SplitSets> {
  const entry = await entryOf(flags.dataset ?? 'mnist', flags.dataDir);
  const own = folderOf(flags, io);
  const folder = own ?? cacheFolder(entry);
  if (own === undefined) {
    await withFetchLog(flags, io, (onProgress) =>
      fetchDataset(entry, { folder, offline: isOffline(io), onProgress }),
    );
  }
  const onRead = (path: string) => {
    if (!flags.quiet) printLine(io.stderr, `reading ${path} as it is needed; checking it first`);
  };
  const streams = await streamDataset(entry, { folder, verify: flags.verify, onRead });
  return { ...streams, isStreamed: true };
}
