export {
  type CacheCheck,
  type CachedFile,
  cachedFiles,
  cacheFolder,
  isCached,
  verifyCache,
} from './cache.js';
export {
  type FetchDatasetOptions,
  type FetchedFile,
  fetchDataset,
} from './fetch-dataset.js';
export type {
  DamagedFileFound,
  FetchEvent,
  FetchProgress,
  FetchRetry,
} from './fetch-events.js';
export type { FetchLimits } from './fetch-limits.js';
export { folderFiles } from './folder.js';
export { type OpenDatasetOptions, openDataset } from './open-dataset.js';
export { parseDatasetEntry } from './parse-dataset-entry.js';
export { type PruneCacheOptions, pruneCache } from './prune-cache.js';
export { readDatasetEntry } from './read-dataset-entry.js';
export { readIdxFile } from './read-idx-file.js';
export type { StoredFile } from './stored-file.js';
