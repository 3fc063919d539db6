import { decodeIdx, IdxError, readRawIdx } from '@softreg/idx';
import type { DatasetEntry, DatasetFile, DatasetPart } from '../catalog.js';
import { checkSum, SIZE_ALLOWANCE } from '../dataset.js';
import { DatasetError } from '../errors.js';
import { md5Fault } from '../fetch/file-fault.js';
import { type NamedIdx, pairImagesWithLabels } from '../labeled-images.js';
import { sha256Hex } from '../sha256.js';
import { folderFiles } from './folder.js';

/** A file of a data set as a folder has it, raw or with `.gz`. */
export type FolderCheck = { readonly file: string } & (
  | {
      readonly state: 'good';
      readonly path: string;
      readonly bytes: number;
      /** False where no checksum is known of what is there: then its form alone was checked. */
      readonly verified: boolean;
    }
  | { readonly state: 'missing' }
  | {
      readonly state: 'damaged';
      readonly path: string;
      readonly reason: string;
      /** Whether it is a whole file, but of other data. */
      readonly isOther: boolean;
    }
);

const PARTS: readonly DatasetPart[] = ['trainImages', 'trainLabels', 'testImages', 'testLabels'];

/**
 * Reads files of a data set in a folder of the user's, and compares each with what is known of it.
 *
 * @param parts which of them; default all
 * @throws DatasetError DATASET_FOLDER_MISSING
 */
export async function verifyFolder(
  entry: DatasetEntry,
  folder: string,
  { parts = PARTS }: { parts?: readonly DatasetPart[] } = {},
): Promise<FolderCheck[]> {
  const checks = new Map<DatasetPart, Checked>();
  for (const part of parts) {
    checks.set(part, await checkInFolder(entry, entry.files[part], folder));
  }
  for (const [images, labels] of [
    ['trainImages', 'trainLabels'],
    ['testImages', 'testLabels'],
  ] as const) {
    const fault = pairFault(checks.get(images), checks.get(labels), entry.classNames.length);
    if (fault !== undefined) checks.set(labels, { check: fault });
  }
  return [...checks.values()].map(({ check }) => check);
}

interface Checked {
  readonly check: FolderCheck;
  /** Of a file whose content no checksum has vouched for. */
  readonly unverified?: NamedIdx;
}

async function checkInFolder(
  entry: DatasetEntry,
  known: DatasetFile,
  folder: string,
): Promise<Checked> {
  const file = known.name;
  const opened = await folderFiles(folder)(file, known.bytes * SIZE_ALLOWANCE).catch(
    (error: unknown) => {
      if (DatasetError.isInstance(error) && error.code !== 'DATASET_FOLDER_MISSING') return error;
      throw error;
    },
  );
  if (opened instanceof Error) {
    if (opened.subject === folder) return { check: { file, state: 'missing' } };
    const reason = `expected ${opened.expected}, found ${opened.found}`;
    return { check: { file, state: 'damaged', path: opened.subject, reason, isOther: false } };
  }
  const { location: path } = opened;
  const source = opened.source as Uint8Array;
  const damaged = ({ expected, found }: Mismatch, isOther: boolean): Checked => {
    const reason = `expected ${expected}, found ${found}`;
    return { check: { file, state: 'damaged', path, reason, isOther } };
  };
  try {
    const raw = await readRawIdx(source, { maxBytes: known.bytes * SIZE_ALLOWANCE });
    const comparison = await compare(entry, known, path, source, raw);
    if (typeof comparison === 'object') return damaged(comparison, true);
    const verified = comparison === 'verified';
    return {
      check: { file, state: 'good', path, bytes: source.length, verified },
      ...(!verified && { unverified: { name: path, array: decodeIdx(raw) } }),
    };
  } catch (error) {
    if (!IdxError.isInstance(error)) throw error;
    const found = `${error.found} (at byte ${error.offset})`;
    return damaged({ expected: error.expected, found }, false);
  }
}

interface Mismatch {
  readonly expected: string;
  readonly found: string;
}

/** What the checksums say, as `openDataset` takes them. */
async function compare(
  entry: DatasetEntry,
  known: DatasetFile,
  path: string,
  source: Uint8Array,
  raw: Uint8Array,
): Promise<Mismatch | 'verified' | 'no checksum'> {
  const sha256 = await sha256Hex(raw);
  try {
    checkSum(entry, { name: path, file: known, sha256 });
  } catch (error) {
    if (!DatasetError.isInstance(error)) throw error;
    return error;
  }
  if (known.sha256 !== undefined) return 'verified';
  if (known.gzipMd5 === undefined || !path.endsWith('.gz')) return 'no checksum';
  return (await md5Fault(source, known)) ?? 'verified';
}

/** Whether images and labels that no checksum vouches for fit together. */
function pairFault(
  images: Checked | undefined,
  labels: Checked | undefined,
  classes: number,
): FolderCheck | undefined {
  if (images?.unverified === undefined || labels?.unverified === undefined) return undefined;
  try {
    pairImagesWithLabels(images.unverified, labels.unverified, classes);
    return undefined;
  } catch (error) {
    if (!DatasetError.isInstance(error)) throw error;
    const { file } = labels.check;
    const reason = `expected ${error.expected}, found ${error.found}`;
    return { file, state: 'damaged', path: labels.unverified.name, reason, isOther: true };
  }
}
