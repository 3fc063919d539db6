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
export { cachedFiles, isCached, pruneCache, verifyCache } from './cache.js';
export { type OpenDatasetOptions, openDataset } from './open-dataset.js';
