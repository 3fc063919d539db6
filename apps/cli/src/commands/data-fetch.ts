import { DIGITS } from '@softreg/datasets';
import { type NamedSet, setsOf } from '../data/entries.js';
import { checkDigitsFlags, fetchDigits } from '../data/fetch-digits.js';
import { fetchFiles } from '../data/fetch-files.js';
import { hostOf } from '../data/fetch-log.js';
import type { DataFetchFlags, Fetched } from '../data/fetched.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { grouped, shellWord, table } from '../format.js';
import { type Io, printLine } from '../io.js';
import { UsageError } from '../usage-error.js';

/** `softreg data fetch NAME...` */
export async function dataFetchCommand(
  names: readonly string[],
  flags: DataFetchFlags,
  io: Io,
): Promise<ExitCode> {
  const sets = await setsOf(names.length > 0 ? names : ['mnist']);
  const entries = sets.map(({ entry }) => entry);
  if (flags.out !== undefined && entries.length > 1) {
    throw new UsageError(
      `--out: expected one data set, since files of several have the same names, ` +
        `found ${entries.map(({ name }) => name).join(', ')}; call it once for each folder`,
    );
  }
  checkDigitsFlags(flags, entries);
  const signal = io.handleInterrupts();
  for (const set of sets) {
    const { entry } = set;
    try {
      const fetch = entry === DIGITS ? fetchDigits : () => fetchFiles(entry, flags, signal, io);
      print(set, await fetch(flags, signal, io), flags, io);
    } catch (error) {
      if (!signal.aborted) throw error;
      if (!flags.quiet) {
        printLine(io.stderr, 'interrupted; files that are complete stay: the same command goes on');
      }
      return EXIT.interrupted;
    }
  }
  return EXIT.done;
}

function print(
  { named, entry }: NamedSet,
  files: readonly Fetched[],
  { json, quiet, out }: DataFetchFlags,
  io: Io,
): void {
  if (json) {
    for (const file of files) {
      printLine(io.stdout, JSON.stringify({ event: 'file', dataset: entry.name, ...file }));
    }
    return;
  }
  const rows = files.map(({ path, bytes, from }) => [path, grouped(bytes), fromText(from)]);
  printLine(io.stdout, table(rows, [0, 2]));
  if (quiet) return;
  const name = named === 'mnist' ? '' : ` --dataset ${shellWord(named)}`;
  const folder = out === undefined ? '' : ` --data-dir ${shellWord(out)}`;
  printLine(io.stderr, `train on it with: softreg train${name}${folder}`);
}

function fromText(from: string | null): string {
  if (from === null) return 'was there';
  return from === 'drawn' ? from : `from ${hostOf(from)}`;
}
