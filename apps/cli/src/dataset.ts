import { type Dataset, DatasetError, DIGITS, digitsDataset } from '@softreg/datasets';
import { isCached, openDataset } from '@softreg/datasets/node';
import { entryOf } from './data/entries.js';
import { withFetchLog } from './data/fetch-log.js';
import { isTutorialPickle, openTutorialPickle } from './data/tutorial-pickle.js';
import { type Io, printLine } from './io.js';
import type { CommonFlags } from './options.js';

export interface DataFlags extends CommonFlags {
  /** A name, or the path of a JSON file that describes a set. */
  readonly dataset?: string;
  readonly dataDir?: string;
  /** False with `--no-verify`. */
  readonly verify: boolean;
}

/** The data set that the flags name: the tutorial's pickle, or a set in `--data-dir`, else $SOFTREG_DATA_DIR, else the cache, else a mirror. */
export async function datasetOf(flags: DataFlags, io: Io): Promise<Dataset> {
  const { dataset = 'mnist' } = flags;
  if (isTutorialPickle(dataset)) return openTutorialPickle(dataset);
  const entry = await entryOf(dataset, flags.dataDir);
  if (entry === DIGITS) return digitsOf(flags, io);
  return withFetchLog(flags, io, (onProgress) =>
    openDataset(entry, {
      folder: folderOf(flags, io),
      verify: flags.verify,
      offline: isOffline(io),
      onProgress,
    }),
  );
}

/** `--data-dir`, or $SOFTREG_DATA_DIR in its place. */
export function folderOf({ dataDir }: Pick<DataFlags, 'dataDir'>, { env }: Io): string | undefined {
  return dataDir ?? (env.SOFTREG_DATA_DIR || undefined);
}

/** MNIST, or where it is not to be had the built-in digits, which is said aloud: somebody may wait for MNIST's scores. */
export async function mnistOrDigits(flags: DataFlags, io: Io): Promise<Dataset> {
  try {
    return await datasetOf(flags, io);
  } catch (error) {
    if (!DatasetError.isInstance(error) || error.code !== 'DATASET_UNREACHABLE') throw error;
    const lines = [
      '',
      'MNIST IS NOT HERE. Training on the built-in digits in its place: drawn by softreg, not written by hand.',
      "Their scores are not MNIST's, nor the tutorial's.",
      `Why: ${error.message}`,
      '',
    ];
    for (const line of lines) printLine(io.stderr, line);
    return digitsOf(flags, io);
  }
}

/**
 * The built-in digits: those of the cache, else drawn anew. $SOFTREG_DATA_DIR is not asked: it names MNIST's files as a rule, of the same
 * names.
 */
async function digitsOf({ quiet }: DataFlags, io: Io): Promise<Dataset> {
  const notice = (text: string) => {
    if (!quiet) printLine(io.stderr, text);
  };
  if (await isCached(DIGITS)) {
    try {
      return await openDataset(DIGITS, { offline: true });
    } catch (error) {
      if (!DatasetError.isInstance(error)) throw error;
      const next = 'write them again with: softreg data fetch digits';
      notice(`DAMAGED: ${error.subject}: found ${error.found}; ${next}`);
    }
  }
  notice('drawing 70,000 digits, which takes some seconds');
  return digitsDataset();
}

/** Whether $SOFTREG_OFFLINE forbids to open a socket. */
export function isOffline({ env }: Io): boolean {
  const { SOFTREG_OFFLINE: variable } = env;
  return variable !== undefined && variable !== '' && variable !== '0';
}
