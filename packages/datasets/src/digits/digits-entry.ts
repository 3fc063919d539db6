import { type DatasetEntry, MNIST } from '../catalog.js';

/**
 * The built-in digits as files of MNIST's names: of the default sizes and seed, so that their checksums are known. No mirror has them;
 * they are drawn.
 */
export const DIGITS: DatasetEntry = {
  name: 'digits',
  title: 'built-in digits, drawn by softreg',
  classNames: MNIST.classNames,
  files: {
    trainImages: {
      ...MNIST.files.trainImages,
      sha256: 'd36e7ceb9defca7cae2125a1b252fa4944957c8b7274e2337cf98ec11de9749b',
    },
    trainLabels: {
      ...MNIST.files.trainLabels,
      sha256: 'dbf92a4e466895ba6e4d06563f005a29d7eab5ff0cd7d35ae9dbd60c29edc391',
    },
    testImages: {
      ...MNIST.files.testImages,
      sha256: 'fa095f7340d773a863a8f7485fda7270622e4d0790e3c603718f0630e55fff2b',
    },
    testLabels: {
      ...MNIST.files.testLabels,
      sha256: '748d2d0242287e1abf2c23985ee8b65a31ca01d9d36d7dc25dcdb9ea97f2ba7c',
    },
  },
  mirrors: [],
};

/** The same files of any sizes and seed: no checksum is known of them. */
export const ANY_DIGITS: DatasetEntry = { ...DIGITS, files: withoutChecksums(DIGITS.files) };

function withoutChecksums(files: DatasetEntry['files']): DatasetEntry['files'] {
  const bare = Object.entries(files).map(([part, { name, bytes }]) => [part, { name, bytes }]);
  return Object.fromEntries(bare) as typeof files;
}
