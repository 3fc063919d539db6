export { readCheckpoint, writeCheckpoint } from './checkpoint-files.js';
export { makeWritableFolder, writeWhole } from './files.js';
export { readModel, writeModel, writeTfjsModel } from './model-files.js';
