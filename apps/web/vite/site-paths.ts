import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { LATER_FILES, TENSORFLOW_FILES } from './chunk-names.js';

export const SERVICE_WORKER = 'service-worker.js';

/** When a file of the site comes to the browser: with the page, when it is asked for, or in other ways. */
export type FileKind = 'first' | 'later' | 'other';

/** For hosts; what a browser asks for by itself; and MNIST, which the page keeps in its own way. */
const OTHER = /^(_headers|service-worker\.js|icon-.*\.png|data\/.*)$/;

const LATER = [LATER_FILES, TENSORFLOW_FILES];

/** @param path in the site */
export function kindOf(path: string): FileKind {
  if (OTHER.test(path)) return 'other';
  return LATER.some((folder) => path.startsWith(folder)) ? 'later' : 'first';
}

/** All files of a built site, as addresses have them, in order. */
export async function pathsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}
