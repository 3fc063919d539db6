export {
  CATALOG,
  type DatasetEntry,
  type DatasetFile,
  type DatasetPart,
  FASHION_MNIST,
  findDataset,
  KMNIST,
  MNIST,
} from './catalog.js';
export { type ContactSheetOptions, contactSheet } from './contact-sheet.js';
export {
  type Dataset,
  type LoadDatasetOptions,
  loadDataset,
  type OpenedFile,
  type OpenFile,
} from './dataset.js';
export {
  createIdxSummarizer,
  describeIdx,
  type IdxSummarizer,
  type IdxSummary,
} from './describe.js';
export { type DigitsDatasetOptions, digitsDataset } from './digits/digits-dataset.js';
export { ANY_DIGITS, DIGITS } from './digits/digits-entry.js';
export { type DrawDigitsOptions, drawDigits } from './digits/draw-digits.js';
export type { DroppedFile } from './dropped/dropped-file.js';
export {
  type OpenDroppedFilesOptions,
  openDroppedFiles,
} from './dropped/open-dropped-files.js';
export { type OpenDroppedPairOptions, openDroppedPair } from './dropped/open-dropped-pair.js';
export { DatasetError, type DatasetErrorCode, type DatasetErrorDetails } from './errors.js';
export {
  type ImageStream,
  type ImageStreamOptions,
  type NamedRows,
  streamImages,
} from './image-stream.js';
export {
  type LabeledImages,
  minibatches,
  type NamedIdx,
  pairImagesWithLabels,
  sliceImages,
} from './labeled-images.js';
export { type GrayImage, normalizeDigit } from './normalize-digit.js';
export { sha256Hex } from './sha256.js';
export { type DatasetSplit, tutorialSplit } from './split.js';
export { type RasterizeStrokesOptions, rasterizeStrokes } from './strokes/rasterize-strokes.js';
export { shadeOf, type TerminalCell, terminalCells } from './terminal-image.js';
