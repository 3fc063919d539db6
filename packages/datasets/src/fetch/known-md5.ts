import type { DatasetEntry } from '../catalog.js';
import type { OpenFile } from '../dataset.js';
import { wrongChecksum } from '../wrong-checksum.js';
import { md5Fault } from './file-fault.js';

/** Files of which no SHA-256 is known are checked by the MD5 of their `.gz`, where `isOriginal` says that this is what was opened. */
export function withKnownMd5(
  entry: DatasetEntry,
  openFile: OpenFile,
  isOriginal: (location: string, bytes: Uint8Array) => boolean,
): OpenFile {
  return async (name, maxBytes) => {
    const opened = await openFile(name, maxBytes);
    const file = Object.values(entry.files).find((candidate) => candidate.name === name);
    const { location, source } = opened;
    if (file === undefined || !(source instanceof Uint8Array) || !isOriginal(location, source)) {
      return opened;
    }
    const fault = await md5Fault(source, file);
    if (fault === undefined) return opened;
    throw wrongChecksum(location, `${fault.expected}, that of ${entry.title}`, fault.found);
  };
}
