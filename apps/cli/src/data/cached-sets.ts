import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DIGITS } from '@softreg/datasets';
import { cachedFiles, cacheFolder } from '@softreg/datasets/node';
import { KNOWN, type NamedSet } from './entries.js';

/** The folder of the cache that has a folder for each data set. */
export function allCached(): string {
  return dirname(cacheFolder(DIGITS));
}

/** Those of the known sets that the cache has something of. @throws DatasetError DATASET_CACHE_FAILED */
export async function cachedSets(): Promise<NamedSet[]> {
  const sets: NamedSet[] = [];
  for (const entry of KNOWN) {
    const files = await cachedFiles(entry);
    if (files.some(({ kind }) => kind !== 'other')) {
      sets.push({ named: entry.name, entry });
    }
  }
  return sets;
}

/** Said where the cache has sets that no name is known of: those of JSON files. Nothing if there are none. */
export async function unknownSetsNotice(command: string): Promise<string | undefined> {
  const found = await readdir(allCached(), { withFileTypes: true }).catch(() => []);
  const names = found
    .filter((item) => item.isDirectory() && KNOWN.every(({ name }) => name !== item.name))
    .map(({ name }) => name)
    .sort();
  if (names.length === 0) return undefined;
  return `also in the cache: ${names.join(', ')}; for these: softreg data ${command} FILE.json`;
}
