export { makeFolder } from './make-folder.js';
export { writeFileAtomic } from './write-file-atomic.js';
