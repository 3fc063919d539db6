import { DatasetError } from './errors.js';

export type DatasetPart = 'trainImages' | 'trainLabels' | 'testImages' | 'testLabels';

export interface DatasetFile {
  /** File name without `.gz`. */
  readonly name: string;
  /** Of the raw bytes, in lower-case hexadecimal; absent where nobody has published it. */
  readonly sha256?: string;
  /** MD5 of the `.gz` as its authors publish it, in lower-case hexadecimal: what is checked where there is no `sha256`. */
  readonly gzipMd5?: string;
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

const FORM = {
  trainImages: { name: 'train-images-idx3-ubyte', bytes: 47_040_016 },
  trainLabels: { name: 'train-labels-idx1-ubyte', bytes: 60_008 },
  testImages: { name: 't10k-images-idx3-ubyte', bytes: 7_840_016 },
  testLabels: { name: 't10k-labels-idx1-ubyte', bytes: 10_008 },
};

type Checksums = Pick<DatasetFile, 'sha256' | 'gzipMd5'>;

/** Files of MNIST's names and sizes, which sets made to stand in for it have too. */
function mnistFiles(checksums: Readonly<Record<DatasetPart, Checksums>>): DatasetEntry['files'] {
  return {
    trainImages: { ...FORM.trainImages, ...checksums.trainImages },
    trainLabels: { ...FORM.trainLabels, ...checksums.trainLabels },
    testImages: { ...FORM.testImages, ...checksums.testImages },
    testLabels: { ...FORM.testLabels, ...checksums.testLabels },
  };
}

/** LeCun, Cortes and Burges' handwritten digits: 60,000 to train and 10,000 to test, of 28 x 28 pixels. */
export const MNIST: DatasetEntry = {
  name: 'mnist',
  title: 'MNIST handwritten digits',
  classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  files: mnistFiles({
    trainImages: { sha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db' },
    trainLabels: { sha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5' },
    testImages: { sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7' },
    testLabels: { sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2' },
  }),
  mirrors: [
    'https://ossci-datasets.s3.amazonaws.com/mnist/',
    'https://storage.googleapis.com/cvdf-datasets/mnist/',
  ],
};

/**
 * Zalando's pictures of clothes, in MNIST's form. Checksums: MD5 of its README, and SHA-256 of what unpacks from the files with it.
 */
export const FASHION_MNIST: DatasetEntry = {
  name: 'fashion-mnist',
  title: 'Fashion-MNIST clothes',
  classNames: [
    'T-shirt/top',
    'Trouser',
    'Pullover',
    'Dress',
    'Coat',
    'Sandal',
    'Shirt',
    'Sneaker',
    'Bag',
    'Ankle boot',
  ],
  files: mnistFiles({
    trainImages: { gzipMd5: '8d4fb7e6c68d591d4c3dfef9ec88bf0d' },
    trainLabels: {
      sha256: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
      gzipMd5: '25c81989df183df01b3e8a0aad5dffbe',
    },
    testImages: { gzipMd5: 'bef4ecab320f06d8554ea6380940ec79' },
    testLabels: {
      sha256: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
      gzipMd5: 'bb300cfdad3c16e7a12a480ee83cd310',
    },
  }),
  // Its own page is a website on S3, which speaks http alone; the same bucket answers https by its other address.
  mirrors: [
    'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
    'https://fashion-mnist.s3.eu-central-1.amazonaws.com/',
  ],
};

/** CODH's handwritten hiragana of old Japanese books, in MNIST's form. Checksums: torchvision's `mnist.py`. */
export const KMNIST: DatasetEntry = {
  name: 'kmnist',
  title: 'Kuzushiji-MNIST characters',
  classNames: ['o', 'ki', 'su', 'tsu', 'na', 'ha', 'ma', 'ya', 're', 'wo'],
  files: mnistFiles({
    trainImages: { gzipMd5: 'bdb82020997e1d708af4cf47b453dcf7' },
    trainLabels: { gzipMd5: 'e144d726b3acfaa3e44228e80efcd344' },
    testImages: { gzipMd5: '5c965bf0a639b31b8f53240b1b52f4d7' },
    testLabels: { gzipMd5: '7320c461ea6c1c855c0b718fb2a4b134' },
  }),
  mirrors: ['https://codh.rois.ac.jp/kmnist/dataset/kmnist/'],
};

/** The data sets that are known by name. */
export const CATALOG: readonly DatasetEntry[] = [MNIST, FASHION_MNIST, KMNIST];

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
    // The built-in digits have no files, and thus no entry here.
    expected: [...CATALOG.map((candidate) => candidate.name), 'digits'].join(', '),
    found: name,
  });
}
