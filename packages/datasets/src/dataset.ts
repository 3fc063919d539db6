import { decodeIdx, IdxError, type IdxSource, readRawIdx } from '@softreg/idx';
import { CATALOG, type DatasetEntry, type DatasetFile, type DatasetPart } from './catalog.js';
import { damagedFile } from './damaged-file.js';
import { DatasetError } from './errors.js';
import { type LabeledImages, type NamedIdx, pairImagesWithLabels } from './labeled-images.js';
import { sha256Hex } from './sha256.js';
import { wrongChecksum } from './wrong-checksum.js';

/** A data set in memory, checked. */
export interface Dataset {
  readonly name: string;
  readonly classNames: readonly string[];
  readonly train: LabeledImages;
  readonly test: LabeledImages;
  /** SHA-256 of each raw file as it was read, in lower-case hexadecimal. */
  readonly sha256: Readonly<Record<DatasetPart, string>>;
}

/** A file's bytes, gzipped or raw, and the path or address to call it by. */
export interface OpenedFile {
  readonly location: string;
  readonly source: IdxSource;
}

/**
 * Opens the data set's file of that name, or of that name with `.gz`. A larger one than `maxBytes` will be refused: it need not be read.
 */
export type OpenFile = (name: string, maxBytes: number) => Promise<OpenedFile>;

export interface LoadDatasetOptions {
  /** Refuse files whose SHA-256 is not the known one; default true. */
  verify?: boolean;
}

/** A raw file may be this many times larger than the known one before it is refused unread. */
export const SIZE_ALLOWANCE = 20;

/**
 * Reads the four files of a data set and checks them: format, as many labels as images, labels in range, images of one size,
 * checksums.
 *
 * @throws DatasetError naming the file, what was expected and what was found
 */
export async function loadDataset(
  entry: DatasetEntry,
  openFile: OpenFile,
  { verify = true }: LoadDatasetOptions = {},
): Promise<Dataset> {
  const trainImages = await readFile(entry.files.trainImages, openFile);
  const trainLabels = await readFile(entry.files.trainLabels, openFile);
  const testImages = await readFile(entry.files.testImages, openFile);
  const testLabels = await readFile(entry.files.testLabels, openFile);
  const classes = entry.classNames.length;
  const train = pairImagesWithLabels(trainImages, trainLabels, classes);
  const test = pairImagesWithLabels(testImages, testLabels, classes);
  checkSameSize({ ...train, name: trainImages.name }, { ...test, name: testImages.name });
  if (verify) {
    for (const file of [trainImages, trainLabels, testImages, testLabels]) checkSum(entry, file);
  }
  return {
    name: entry.name,
    classNames: entry.classNames,
    train,
    test,
    sha256: {
      trainImages: trainImages.sha256,
      trainLabels: trainLabels.sha256,
      testImages: testImages.sha256,
      testLabels: testLabels.sha256,
    },
  };
}

interface NamedSize {
  readonly name: string;
  readonly height: number;
  readonly width: number;
}

/** @throws DatasetError DATASET_WRONG_SHAPE if training and test images differ in size */
export function checkSameSize(train: NamedSize, test: NamedSize): void {
  if (train.height === test.height && train.width === test.width) return;
  throw new DatasetError({
    code: 'DATASET_WRONG_SHAPE',
    subject: test.name,
    expected: `images of ${train.height} x ${train.width} pixels, as in ${train.name}`,
    found: `${test.height} x ${test.width}`,
    advice: 'use files of one data set',
  });
}

/** What is known, and what was found, of a file whose form is right. */
export interface CheckedFile {
  /** To call it by in an error. */
  readonly name: string;
  readonly file: DatasetFile;
  readonly sha256: string;
}

interface ReadFile extends NamedIdx, CheckedFile {
  readonly name: string;
}

async function readFile(file: DatasetFile, openFile: OpenFile): Promise<ReadFile> {
  const maxBytes = file.bytes * SIZE_ALLOWANCE;
  const { location, source } = await openFile(file.name, maxBytes);
  try {
    const raw = await readRawIdx(source, { maxBytes });
    return { name: location, array: decodeIdx(raw), file, sha256: await sha256Hex(raw) };
  } catch (error) {
    throw IdxError.isInstance(error) ? damagedFile(location, error) : error;
  }
}

/**
 * Sets of MNIST's form share their files' names: a file of another known set is refused even where no checksum is published.
 *
 * @throws DatasetError DATASET_WRONG_CHECKSUM
 */
export function checkSum(entry: DatasetEntry, { name, file, sha256 }: CheckedFile): void {
  const other = CATALOG.find(
    (candidate) => candidate.name !== entry.name && hasFileOf(candidate, sha256),
  );
  if (file.sha256 === sha256 || (file.sha256 === undefined && other === undefined)) return;
  const expected =
    file.sha256 === undefined
      ? `a file of ${entry.title}`
      : `SHA-256 ${file.sha256}, that of ${entry.title}`;
  throw wrongChecksum(name, expected, other === undefined ? sha256 : `that of ${other.title}`);
}

function hasFileOf({ files }: DatasetEntry, sha256: string): boolean {
  return Object.values(files).some((file) => file.sha256 === sha256);
}
