import {
  ANY_DIGITS,
  CATALOG,
  type DatasetEntry,
  DatasetError,
  DIGITS,
  findDataset,
} from '@softreg/datasets';
import { readDatasetEntry } from '@softreg/datasets/node';
import { UsageError } from '../usage-error.js';
import { isTutorialPickle } from './tutorial-pickle.js';

/** The data sets that are known by name. */
export const KNOWN: readonly DatasetEntry[] = [...CATALOG, DIGITS];

/** Whether `--dataset` names a file: one that describes a set of the user's own, or the tutorial's pickle. */
export function isDatasetFile(name: string): boolean {
  return isEntryFile(name) || isTutorialPickle(name);
}

function isEntryFile(name: string): boolean {
  return name.toLowerCase().endsWith('.json');
}

/**
 * What `--dataset` names: a set known by name, or one that a JSON file describes.
 *
 * @param dataDir the folder of `--data-dir`, where digits may be of any sizes and seed
 * @throws DatasetError DATASET_UNKNOWN, DATASET_FILE_MISSING, DATASET_FILE_DAMAGED
 */
export async function entryOf(name: string, dataDir?: string): Promise<DatasetEntry> {
  if (isEntryFile(name)) return ownEntry(name);
  if (isTutorialPickle(name)) {
    throw new UsageError(
      `--dataset: expected a data set of IDX files, found ${name}; ` +
        'a pickle is for train, verify, evaluate, predict, show, sweep and bench',
    );
  }
  if (name === DIGITS.name && dataDir !== undefined) return ANY_DIGITS;
  const known = KNOWN.find((entry) => entry.name === name);
  if (known !== undefined) return known;
  try {
    return findDataset(name);
  } catch (error) {
    if (!DatasetError.isInstance(error)) throw error;
    const { code, subject, expected, found } = error;
    const advice = "a set of your own is named by its .json file, the tutorial's by its .pkl.gz";
    throw new DatasetError({ code, subject, expected, found, advice, cause: error });
  }
}

/** A data set, and what the user calls it: what to type to get it again. */
export interface NamedSet {
  readonly named: string;
  readonly entry: DatasetEntry;
}

/** Each of the sets once, in the order of their names. @throws DatasetError as {@link entryOf} */
export async function setsOf(names: readonly string[]): Promise<NamedSet[]> {
  const sets = new Map<string, NamedSet>();
  for (const named of names) {
    const entry = await entryOf(named);
    if (!sets.has(entry.name)) sets.set(entry.name, { named, entry });
  }
  return [...sets.values()];
}

/** How many images a part has: a label is a byte, after a header of 8. */
export function imagesIn({ files }: DatasetEntry, part: 'train' | 'test'): number {
  return files[`${part}Labels`].bytes - 8;
}

async function ownEntry(path: string): Promise<DatasetEntry> {
  return readDatasetEntry(path).catch((error: unknown) => {
    if (!DatasetError.isInstance(error) || error.code !== 'DATASET_FILE_MISSING') throw error;
    const { code, subject, expected, found } = error;
    const advice = 'give the path where it is now (to train, with --dataset)';
    throw new DatasetError({ code, subject, expected, found, advice, cause: error });
  });
}
