export type { FileSystem, OpenedFile, WriteOptions } from './file-system.js';
export { makeFolder } from './make-folder.js';
export { writeFileAtomic } from './write-file-atomic.js';
