import { pruneCache } from '@softreg/datasets/node';
import { cachedSets, unknownSetsNotice } from '../data/cached-sets.js';
import { setsOf } from '../data/entries.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { grouped, table } from '../format.js';
import { type Io, printLine } from '../io.js';
import type { CommonFlags } from '../options.js';

export interface DataPruneFlags extends CommonFlags {
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

/** `softreg data prune [NAME...]` */
export async function dataPruneCommand(
  names: readonly string[],
  { all = false, dryRun = false, json, quiet }: DataPruneFlags,
  io: Io,
): Promise<ExitCode> {
  const sets = names.length > 0 ? await setsOf(names) : await cachedSets();
  let files = 0;
  let bytes = 0;
  const remove = all ? 'everything' : 'damaged';
  const verb = dryRun ? 'would remove' : 'removed';
  for (const { entry } of sets) {
    const removed = await pruneCache(entry, { remove, dryRun });
    files += removed.length;
    bytes += removed.reduce((sum, file) => sum + file.bytes, 0);
    if (json) {
      for (const { path, bytes: size, kind } of removed) {
        const event = { event: 'removed', dataset: entry.name, path, bytes: size, kind, dryRun };
        printLine(io.stdout, JSON.stringify(event));
      }
    } else if (removed.length > 0) {
      const rows = removed.map(({ path, bytes: size, kind }) => [
        `${verb} ${path}`,
        grouped(size),
        kind === 'partial' ? 'a leftover' : all ? '' : 'damaged',
      ]);
      printLine(io.stdout, table(rows, [0, 2]));
    }
  }
  if (json) {
    printLine(io.stdout, JSON.stringify({ event: 'done', files, bytes, dryRun }));
  } else {
    const size = `${grouped(bytes)} bytes`;
    const freed = dryRun ? `${size} would be freed` : `${size} freed`;
    printLine(io.stdout, `${grouped(files)} ${files === 1 ? 'file' : 'files'}, ${freed}`);
  }
  const unknown = names.length > 0 ? undefined : await unknownSetsNotice('prune');
  if (unknown !== undefined && !quiet) printLine(io.stderr, unknown);
  return EXIT.done;
}
