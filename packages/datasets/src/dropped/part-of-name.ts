import type { DatasetEntry, DatasetPart } from '../catalog.js';

export const PARTS: readonly DatasetPart[] = [
  'trainImages',
  'trainLabels',
  'testImages',
  'testLabels',
];

/** The part of the data set that a file's name tells, undefined if it tells none. */
export function partOfName(entry: DatasetEntry, name: string): DatasetPart | undefined {
  const told = PARTS.filter((part) => plain(entry.files[part].name) === plain(name));
  return told.length === 1 ? told[0] : undefined;
}

/** The same for `C:\data\Train-Images.idx3-ubyte (1).gz` and `train-images-idx3-ubyte`. */
function plain(name: string): string {
  const [last = ''] = name.split(/[/\\]/).slice(-1);
  return last
    .toLowerCase()
    .replace(/(\.gz)+$/, '')
    .replace(/ ?\(\d+\)$/, '')
    .replaceAll('.', '-');
}
