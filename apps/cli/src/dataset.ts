import { type Dataset, findDataset } from '@softreg/datasets';
import { openDataset } from '@softreg/datasets/node';
import { type Io, printLine } from './io.js';
import type { CommonFlags } from './options.js';

export interface DataFlags extends CommonFlags {
  readonly dataset?: string;
  readonly dataDir?: string;
  /** False with `--no-verify`. */
  readonly verify: boolean;
}

/** The data set that the flags name: in `--data-dir`, else $SOFTREG_DATA_DIR, else the cache, else a mirror. */
export async function datasetOf(flags: DataFlags, io: Io): Promise<Dataset> {
  const entry = findDataset(flags.dataset ?? 'mnist');
  return openDataset(entry, {
    folder: flags.dataDir ?? (io.env.SOFTREG_DATA_DIR || undefined),
    verify: flags.verify,
    onDownload: ({ file, mirror }) => {
      if (!flags.quiet) printLine(io.stderr, `fetching ${file} from ${new URL(mirror).host}`);
    },
  });
}
