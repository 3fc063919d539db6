import { DatasetError } from '@softreg/datasets';
import type { SplitSets } from '../split-sets.js';
import type { RunConfig } from './run-config.js';

/**
 * @param run what the data was used by, for a person
 * @param otherwise what else than to find that data can be done, for a person
 * @throws DatasetError DATASET_WRONG_CHECKSUM unless the sets are those of the run, byte by byte
 */
export function checkSameData(
  config: RunConfig,
  { name, sha256 }: SplitSets,
  run: string,
  otherwise = '',
): void {
  for (const [part, expected] of Object.entries(config.sha256)) {
    const found = sha256[part as keyof typeof sha256];
    if (found === expected) continue;
    throw new DatasetError({
      code: 'DATASET_WRONG_CHECKSUM',
      subject: `data set ${name}, ${part}`,
      expected: `SHA-256 ${expected}, as in ${run}`,
      found,
      advice: `name the folder with the data of that run${otherwise}`,
    });
  }
}
