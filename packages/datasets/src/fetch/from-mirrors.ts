import type { DatasetEntry, DatasetFile } from '../catalog.js';
import { DatasetError } from '../errors.js';
import { download } from './download.js';
import { MirrorFault } from './mirror-fault.js';
import type { DownloadOptions } from './try-mirror.js';

/**
 * A file's `.gz` from the first mirror that has a good copy.
 *
 * @throws DatasetError DATASET_UNREACHABLE with the reason of every mirror, or the signal's reason
 */
export async function fromMirrors(
  entry: DatasetEntry,
  file: DatasetFile,
  advice: string,
  options: DownloadOptions,
): Promise<{ bytes: Uint8Array; mirror: string }> {
  const reasons: string[] = [];
  for (const mirror of entry.mirrors) {
    try {
      return { bytes: await download(file, mirror, options), mirror };
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof MirrorFault)) throw error;
      reasons.push(`${new URL(mirror).host} ${error.message}`);
    }
  }
  throw new DatasetError({
    code: 'DATASET_UNREACHABLE',
    subject: `${file.name}.gz`,
    expected: 'a download from a mirror',
    found: reasons.join(', ') || 'no mirror to ask',
    advice,
  });
}
