import { HASHED_FILES } from './headers.js';

/** TensorFlow.js: large, and loaded by those who compute with it. */
export const TENSORFLOW_FILES = `${HASHED_FILES}tensorflow/`;
/** What the page loads when it is asked for. */
export const LATER_FILES = `${HASHED_FILES}later/`;

interface Chunk {
  readonly moduleIds: readonly string[];
}

/** Where a part of the page's code goes: what is no part of its first file is for later, but for what the bundler adds. */
export function pageChunks({ moduleIds }: Chunk): string {
  const isAdded = moduleIds.some((id) => id.startsWith('\0'));
  return nameIn(isAdded ? HASHED_FILES : LATER_FILES);
}

/** Where a part of the worker's code goes. */
export function workerChunks({ moduleIds }: Chunk): string {
  const isTensorflow = moduleIds.some((id) => id.includes('/@tensorflow/'));
  return nameIn(isTensorflow ? TENSORFLOW_FILES : HASHED_FILES);
}

function nameIn(folder: string): string {
  return `${folder}[name]-[hash].js`;
}
