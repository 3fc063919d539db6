import { parseIdxHeader } from '@softreg/idx';
import type { DatasetEntry, DatasetPart } from '../catalog.js';
import { DatasetError } from '../errors.js';
import { sha256Hex } from '../sha256.js';
import { type DroppedFile, rawBytesOf } from './dropped-file.js';
import { PARTS, partOfName } from './part-of-name.js';

/** Which file is which. */
export type SortedFiles = Readonly<Record<DatasetPart, DroppedFile>>;

/**
 * Tells the four files of a data set by their names, or where those do not tell, by checksum, kind and size.
 *
 * @throws DatasetError DATASET_FILE_MISSING, DATASET_FILE_TWICE, DATASET_FILE_DAMAGED, DATASET_WRONG_SHAPE
 */
export async function sortFiles(
  entry: DatasetEntry,
  files: readonly DroppedFile[],
  maxBytes: number,
): Promise<SortedFiles> {
  const sorted = new Map<DatasetPart, DroppedFile>();
  const take = (part: DatasetPart, file: DroppedFile) => {
    const other = sorted.get(part);
    if (other !== undefined) throw twice(file, other, entry.files[part].name);
    sorted.set(part, file);
  };
  const nameless: Nameless[] = [];
  for (const file of files) {
    const part = partOfName(entry, file.name);
    if (part === undefined) nameless.push(await inspect(entry, file, maxBytes));
    else take(part, file);
  }
  const byChecksum = nameless.filter(({ file, known }) => {
    if (known !== undefined) take(known, file);
    return known === undefined;
  });
  for (const kind of ['images', 'labels'] as const) {
    const rest = byChecksum.filter((candidate) => candidate.kind === kind);
    takeBySize(entry, rest, kind, sorted, take);
  }
  for (const part of PARTS) {
    if (!sorted.has(part)) throw missing(entry, part, files);
  }
  return Object.fromEntries(sorted) as SortedFiles;
}

/** A file whose name tells nothing. */
interface Nameless {
  readonly file: DroppedFile;
  readonly kind: 'images' | 'labels';
  readonly rawBytes: number;
  /** The part that has this very checksum. */
  readonly known: DatasetPart | undefined;
}

async function inspect(
  entry: DatasetEntry,
  file: DroppedFile,
  maxBytes: number,
): Promise<Nameless> {
  const raw = await rawBytesOf(file, maxBytes);
  const { type, shape } = parseIdxHeader(raw, maxBytes);
  const isPart = type === 'uint8' && (shape.length === 3 || shape.length === 1);
  if (!isPart) {
    throw new DatasetError({
      code: 'DATASET_WRONG_SHAPE',
      subject: file.name,
      expected: 'images (bytes of rank 3) or labels (bytes of rank 1)',
      found: `${type} of shape ${shape.join(' x ') || '(none)'}`,
      advice: `choose the files of ${entry.title} and no others`,
    });
  }
  const sha256 = await sha256Hex(raw);
  const known = PARTS.find((part) => entry.files[part].sha256 === sha256);
  return { file, kind: shape.length === 3 ? 'images' : 'labels', rawBytes: raw.length, known };
}

/** Files of the known sizes first; of the others the larger one is to train with. */
function takeBySize(
  entry: DatasetEntry,
  files: readonly Nameless[],
  kind: Nameless['kind'],
  sorted: ReadonlyMap<DatasetPart, DroppedFile>,
  take: (part: DatasetPart, file: DroppedFile) => void,
): void {
  const parts: readonly DatasetPart[] =
    kind === 'images' ? ['trainImages', 'testImages'] : ['trainLabels', 'testLabels'];
  const open = () => parts.filter((part) => !sorted.has(part));
  const rest = files.filter(({ file, rawBytes }) => {
    const part = open().find((candidate) => entry.files[candidate].bytes === rawBytes);
    if (part !== undefined) take(part, file);
    return part === undefined;
  });
  const [large, small] = rest.toSorted((a, b) => b.rawBytes - a.rawBytes);
  if (large === undefined) return;
  const [first, second] = open();
  if (first === undefined || (small !== undefined && second === undefined)) {
    const place = first ?? (parts[0] as DatasetPart);
    throw twice((small ?? large).file, sorted.get(place) ?? large.file, entry.files[place].name);
  }
  if (small !== undefined && small.rawBytes === large.rawBytes) {
    throw twice(small.file, large.file, entry.files[first].name);
  }
  take(first, large.file);
  if (small !== undefined && second !== undefined) take(second, small.file);
}

function twice(file: DroppedFile, other: DroppedFile, name: string): DatasetError {
  return new DatasetError({
    code: 'DATASET_FILE_TWICE',
    subject: file.name,
    expected: `one file in the place of ${name}`,
    found: `${other.name} too`,
    advice: 'leave out one of them, or name them as the data set does',
  });
}

function missing(
  entry: DatasetEntry,
  part: DatasetPart,
  files: readonly DroppedFile[],
): DatasetError {
  return new DatasetError({
    code: 'DATASET_FILE_MISSING',
    subject: entry.files[part].name,
    expected: 'this file too, raw or with .gz',
    found: files.map(({ name }) => name).join(', ') || 'no file',
    advice: `choose all four files of ${entry.title} at once`,
  });
}
