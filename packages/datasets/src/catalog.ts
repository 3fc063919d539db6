import { DatasetError } from './errors.js';

export type DatasetPart = 'trainImages' | 'trainLabels' | 'testImages' | 'testLabels';

export interface DatasetFile {
  /** File name without `.gz`. */
  readonly name: string;
  /** Of the raw bytes, in lower-case hexadecimal; absent for a set that is not a known one. */
  readonly sha256?: string;
  /** Size of the raw file. */
  readonly bytes: number;
}

/** What is known of a data set before its files are read. */
export interface DatasetEntry {
  readonly name: string;
  readonly title: string;
  readonly classNames: readonly string[];
  readonly files: Readonly<Record<DatasetPart, DatasetFile>>;
  /** Folders that serve the files with `.gz`, each with a final slash, healthiest first. */
  readonly mirrors: readonly string[];
}

/** LeCun, Cortes and Burges' handwritten digits: 60,000 to train and 10,000 to test, of 28 x 28 pixels. */
export const MNIST: DatasetEntry = {
  name: 'mnist',
  title: 'MNIST handwritten digits',
  classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  files: {
    trainImages: {
      name: 'train-images-idx3-ubyte',
      sha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
      bytes: 47_040_016,
    },
    trainLabels: {
      name: 'train-labels-idx1-ubyte',
      sha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
      bytes: 60_008,
    },
    testImages: {
      name: 't10k-images-idx3-ubyte',
      sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
      bytes: 7_840_016,
    },
    testLabels: {
      name: 't10k-labels-idx1-ubyte',
      sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
      bytes: 10_008,
    },
  },
  mirrors: [
    'https://ossci-datasets.s3.amazonaws.com/mnist/',
    'https://storage.googleapis.com/cvdf-datasets/mnist/',
  ],
};

const CATALOG: readonly DatasetEntry[] = [MNIST];

/**
 * The data set of that name.
 *
 * @throws DatasetError DATASET_UNKNOWN
 */
export function findDataset(name: string): DatasetEntry {
  const entry = CATALOG.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  throw new DatasetError({
    code: 'DATASET_UNKNOWN',
    subject: 'data set',
    expected: CATALOG.map((candidate) => candidate.name).join(', '),
    found: name,
  });
}
