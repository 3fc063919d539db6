import type { DataInfo, DataSource } from '../session/protocol.js';
import { CHECKPOINT_FILE } from './formats.js';

/** Files that make a set. */
const SET_OF_FILES = 4;

/** What to type to go on with a checkpoint on the command line; nothing where that has no such data. */
export function commandsFor(source: DataSource, counts: DataInfo['counts']): readonly string[] {
  const resume = (flags: string) => `softreg train --resume ${CHECKPOINT_FILE}${flags} --out run`;
  switch (source.kind) {
    case 'mnist':
      return [resume('')];
    case 'digits': {
      const { train, validation, test } = counts;
      const digits = `softreg data fetch digits --train ${train + validation} --test ${test}`;
      return [`${digits} --out digits`, resume(' --data-dir digits')];
    }
    case 'files':
      return source.files.length === SET_OF_FILES ? [resume(' --data-dir FOLDER --no-verify')] : [];
  }
}
