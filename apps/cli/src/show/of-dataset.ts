import { type DatasetSplit, DIGITS, drawDigits, tutorialSplit } from '@softreg/datasets';
import { type DataFlags, datasetOf } from '../dataset.js';
import type { Io } from '../io.js';
import { type Choice, checkFrom, choose, labelOf, type Pictures, picturesOf } from './pictures.js';

export type SplitName = keyof DatasetSplit;

/** Images of a data set. */
export async function ofDataset(
  flags: DataFlags,
  split: SplitName,
  choice: Choice,
  io: Io,
): Promise<Pictures> {
  const { dataset: name = 'mnist', dataDir } = flags;
  if (name === DIGITS.name && dataDir === undefined) return ofDigits(split, choice);
  const dataset = await datasetOf(flags, io);
  const set = tutorialSplit(dataset)[split];
  const places = choose(choice, set.count, set.labels, dataset.classNames);
  return {
    source: `${dataset.name}, ${split} set`,
    pictures: picturesOf(set, places, dataset.classNames),
  };
}

const SPLITS = {
  train: { part: 'train', start: 0, count: 50_000 },
  validation: { part: 'train', start: 50_000, count: 10_000 },
  test: { part: 'test', start: 0, count: 10_000 },
} as const;

/** No more are drawn than are looked at: of every ten digits each class is one. */
function ofDigits(split: SplitName, { from, count, label }: Choice): Pictures {
  const { part, start, count: total } = SPLITS[split];
  checkFrom(from, total);
  const { classNames } = DIGITS;
  if (label !== undefined) labelOf(label, classNames);
  const needed = label === undefined ? count : 10 * count + 10;
  const drawn = drawDigits({ part, first: start + from, count: Math.min(needed, total - from) });
  const places = choose({ from: 0, count, label }, drawn.count, drawn.labels, classNames);
  return {
    source: `${DIGITS.name}, ${split} set`,
    pictures: picturesOf(drawn, places, classNames, from),
  };
}
