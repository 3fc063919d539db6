export { damagedFile } from '../damaged-file.js';
export type { CacheCheck, PruneCacheOptions } from '../fetch/cache.js';
export type {
  DamagedFileFound,
  FetchEvent,
  FetchProgress,
  FetchRetry,
  FileNotKept,
} from '../fetch/fetch-events.js';
export type { FetchOptions } from '../fetch/fetch-files.js';
export type { FetchLimits } from '../fetch/fetch-limits.js';
export type { CachedFile } from '../fetch/store.js';
export type { StoredFile } from '../fetch/stored-file.js';
export { cachedFiles, cacheFolder, isCached, pruneCache, verifyCache } from './cache.js';
export {
  type FetchDatasetOptions,
  type FetchedFile,
  fetchDataset,
} from './fetch-dataset.js';
export { type FileAccess, openFileAccess } from './file-access.js';
export { folderFiles } from './folder.js';
export { type ImageFile, openImageFile } from './image-file.js';
export { type OpenDatasetOptions, openDataset } from './open-dataset.js';
export { parseDatasetEntry } from './parse-dataset-entry.js';
export { readDatasetEntry } from './read-dataset-entry.js';
export { readIdxFile } from './read-idx-file.js';
export {
  type DatasetStreams,
  imageBytes,
  type StreamDatasetOptions,
  streamDataset,
} from './stream-dataset.js';
export { type FolderCheck, verifyFolder } from './verify-folder.js';
export {
  DIGITS_LIMITS,
  type WriteDigitsOptions,
  type WrittenFile,
  writeDigits,
} from './write-digits.js';
