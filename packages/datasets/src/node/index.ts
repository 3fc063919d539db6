export { cacheFolder, isCached } from './cache.js';
export {
  type FetchDatasetOptions,
  type FetchProgress,
  fetchDataset,
} from './fetch-dataset.js';
export { folderFiles } from './folder.js';
export { type OpenDatasetOptions, openDataset } from './open-dataset.js';
export { readIdxFile } from './read-idx-file.js';
