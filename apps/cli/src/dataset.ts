import { type Dataset, DatasetError, digitsDataset, findDataset } from '@softreg/datasets';
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
  const name = flags.dataset ?? 'mnist';
  if (name === 'digits') return drawDigits(flags, io);
  return openDataset(findDataset(name), {
    folder: flags.dataDir ?? (io.env.SOFTREG_DATA_DIR || undefined),
    verify: flags.verify,
    offline: isSet(io.env.SOFTREG_OFFLINE),
    onDownload: ({ file, mirror }) => {
      if (!flags.quiet) printLine(io.stderr, `fetching ${file} from ${new URL(mirror).host}`);
    },
  });
}

/** MNIST, or where it is not to be had the built-in digits, which is said aloud: somebody may wait for MNIST's scores. */
export async function mnistOrDigits(flags: DataFlags, io: Io): Promise<Dataset> {
  try {
    return await datasetOf(flags, io);
  } catch (error) {
    if (!DatasetError.isInstance(error) || error.code !== 'DATASET_UNREACHABLE') throw error;
    const lines = [
      '',
      'MNIST IS NOT HERE. Training on the built-in digits in its place: drawn by softreg, not written by hand.',
      "Their scores are not MNIST's, nor the tutorial's.",
      `Why: ${error.message}`,
      '',
    ];
    for (const line of lines) printLine(io.stderr, line);
    return drawDigits(flags, io);
  }
}

async function drawDigits({ quiet }: DataFlags, io: Io): Promise<Dataset> {
  if (!quiet) printLine(io.stderr, 'drawing 70,000 digits, which takes some seconds');
  return digitsDataset();
}

function isSet(variable: string | undefined): boolean {
  return variable !== undefined && variable !== '' && variable !== '0';
}
