import { type DatasetEntry, DIGITS } from '@softreg/datasets';
import { cacheFolder, DIGITS_LIMITS, verifyCache, writeDigits } from '@softreg/datasets/node';
import { grouped } from '../format.js';
import { type Io, printLine } from '../io.js';
import { bar, createStatusLine } from '../status-line.js';
import { UsageError } from '../usage-error.js';
import type { DataFetchFlags, Fetched } from './fetched.js';

/** Flags that say which digits to write. */
const FLAGS = ['train', 'test', 'seed', 'raw'] as const;

/** @throws UsageError: before anything is fetched, not after */
export function checkDigitsFlags(flags: DataFetchFlags, entries: readonly DatasetEntry[]): void {
  const given = FLAGS.filter((name) => flags[name] !== undefined);
  const [first] = given;
  if (first === undefined) return;
  if (entries.some((entry) => entry !== DIGITS)) {
    throw new UsageError(
      `--${first}: expected digits alone, which softreg writes itself, ` +
        `found ${entries.map(({ name }) => name).join(', ')}`,
    );
  }
  if (flags.out === undefined) {
    throw new UsageError(
      `--${first}: expected a folder for other digits than the default ones, ` +
        'which alone the cache keeps, found none; add --out FOLDER',
    );
  }
  for (const name of ['train', 'test', 'seed'] as const) {
    const value = flags[name];
    const [least, most] = DIGITS_LIMITS[name];
    if (value === undefined) continue;
    if (Number.isInteger(value) && value >= least && value <= most) continue;
    throw new UsageError(
      `--${name}: expected a whole number from ${least} to ${most}, found ${value}`,
    );
  }
}

/** Writes the built-in digits into a folder, or the default ones into the cache. */
export async function fetchDigits(
  flags: DataFetchFlags,
  signal: AbortSignal,
  io: Io,
): Promise<Fetched[]> {
  const notice = (text: string) => {
    if (!flags.quiet) printLine(io.stderr, text);
  };
  const inCache = flags.out === undefined;
  if (inCache) {
    const checks = await verifyCache(DIGITS);
    for (const check of checks) {
      if (check.state !== 'damaged') continue;
      notice(`DAMAGED: ${check.path}: ${check.reason}; it is written again`);
    }
    const kept = checks.flatMap((check) =>
      check.state === 'good'
        ? [{ file: check.file, path: check.path, bytes: check.bytes, from: null }]
        : [],
    );
    if (kept.length === checks.length) return kept;
  }
  const { train, test, seed, raw } = flags;
  const total = (train ?? 60_000) + (test ?? 10_000);
  notice(`drawing ${grouped(total)} digits`);
  const status = io.stderr.isTTY && !flags.quiet ? createStatusLine(io.stderr) : undefined;
  try {
    await status?.load();
    const written = await writeDigits({
      folder: flags.out ?? cacheFolder(DIGITS),
      ...(train !== undefined && { train }),
      ...(test !== undefined && { test }),
      ...(seed !== undefined && { seed }),
      gzipped: raw !== true,
      replace: inCache,
      signal,
      onProgress: ({ drawn }) =>
        status?.draw(() => `digits  ${bar(drawn / total)}  ${grouped(drawn)} of ${grouped(total)}`),
    });
    return written.map(({ file, path, bytes, written }) => {
      return { file, path, bytes, from: written ? 'drawn' : null };
    });
  } finally {
    await status?.close();
  }
}
