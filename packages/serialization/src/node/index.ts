export type { FileSystem, OpenedFile, WriteOptions } from '@softreg/atomic-file';
export { readCheckpoint, writeCheckpoint } from './checkpoint-files.js';
export { makeWritableFolder, readWhole, writeWhole } from './files.js';
export {
  readModel,
  writeModel,
  writeNpzModel,
  writeOnnxModel,
  writeStandaloneModel,
  writeTfjsModel,
} from './model-files.js';
export { readTutorialData, readTutorialModel } from './tutorial-files.js';
