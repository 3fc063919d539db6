import type { DatasetEntry } from '@softreg/datasets';
import { DatasetError } from '@softreg/datasets';
import { cacheFolder, fetchDataset, verifyFolder } from '@softreg/datasets/node';
import { isOffline } from '../dataset.js';
import type { Io } from '../io.js';
import { withFetchLog } from './fetch-log.js';
import type { DataFetchFlags, Fetched } from './fetched.js';

/** Brings the files of a data set from its mirrors into the cache, or into `--out`. */
export async function fetchFiles(
  entry: DatasetEntry,
  flags: DataFetchFlags,
  signal: AbortSignal,
  io: Io,
): Promise<Fetched[]> {
  if (flags.out !== undefined) await refuseOthers(entry, flags.out);
  const files = await withFetchLog(flags, io, (onProgress) =>
    fetchDataset(entry, {
      folder: flags.out ?? cacheFolder(entry),
      offline: flags.offline === true || isOffline(io),
      signal,
      onProgress,
    }),
  );
  return files.map(({ file, path, bytes, mirror }) => ({
    file,
    path,
    bytes,
    from: mirror ?? null,
  }));
}

/**
 * Files of other data in a folder of the user's stay: they may be wanted. So does a raw one that is damaged, which would be read in place
 * of the `.gz`.
 *
 * @throws DatasetError DATASET_WRONG_CHECKSUM
 */
async function refuseOthers(entry: DatasetEntry, folder: string): Promise<void> {
  const checks = await verifyFolder(entry, folder).catch((error: unknown) => {
    if (DatasetError.isInstance(error) && error.code === 'DATASET_FOLDER_MISSING') return [];
    throw error;
  });
  for (const check of checks) {
    if (check.state !== 'damaged' || (!check.isOther && check.path.endsWith('.gz'))) continue;
    throw new DatasetError({
      code: 'DATASET_WRONG_CHECKSUM',
      subject: check.path,
      expected: `no file of that name, or one of ${entry.title}`,
      found: `another (${check.reason})`,
      advice: 'remove it, or name another folder with --out',
    });
  }
}
