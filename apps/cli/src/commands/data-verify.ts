import { ANY_DIGITS, DIGITS } from '@softreg/datasets';
import { cacheFolder, verifyCache, verifyFolder } from '@softreg/datasets/node';
import { allCached, cachedSets, unknownSetsNotice } from '../data/cached-sets.js';
import { type NamedSet, setsOf } from '../data/entries.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { grouped, shellWord, table } from '../format.js';
import { type Io, printLine } from '../io.js';
import type { CommonFlags } from '../options.js';

export interface DataVerifyFlags extends CommonFlags {
  readonly dataDir?: string;
}

/** A file as it was found, in the cache or in a folder. */
interface Check {
  readonly file: string;
  readonly path?: string;
  readonly state: 'good' | 'missing' | 'damaged';
  readonly bytes?: number;
  readonly reason?: string;
  readonly verified?: boolean;
}

/** `softreg data verify [NAME...]` */
export async function dataVerifyCommand(
  names: readonly string[],
  flags: DataVerifyFlags,
  io: Io,
): Promise<ExitCode> {
  const { dataDir } = flags;
  const sets = await toVerify(names, dataDir);
  const notice = (text: string) => {
    if (!flags.quiet) printLine(io.stderr, text);
  };
  let isDamaged = false;
  for (const [i, set] of sets.entries()) {
    const checks = await checksOf(set, dataDir);
    isDamaged ||= checks.some(({ state }) => state === 'damaged');
    if (flags.json) {
      const { name } = set.entry;
      for (const check of checks) {
        printLine(io.stdout, JSON.stringify({ event: 'file', dataset: name, ...check }));
      }
    } else {
      if (i > 0) printLine(io.stdout);
      printLine(io.stdout, asText(set, checks, dataDir));
    }
    for (const line of adviceFor(set, checks, dataDir)) notice(line);
  }
  if (sets.length === 0) {
    const other = io.env.SOFTREG_DATA_DIR;
    notice(`nothing is in the cache, ${allCached()}`);
    if (other) notice(`for $SOFTREG_DATA_DIR: softreg data verify --data-dir ${shellWord(other)}`);
  }
  const unknown =
    names.length > 0 || dataDir !== undefined ? undefined : await unknownSetsNotice('verify');
  if (unknown !== undefined) notice(unknown);
  return isDamaged ? EXIT.badData : EXIT.done;
}

async function toVerify(names: readonly string[], dataDir: string | undefined) {
  if (names.length > 0) return setsOf(names);
  return dataDir === undefined ? cachedSets() : setsOf(['mnist']);
}

async function checksOf({ entry }: NamedSet, dataDir: string | undefined): Promise<Check[]> {
  if (dataDir === undefined) return verifyCache(entry);
  return verifyFolder(entry === DIGITS ? ANY_DIGITS : entry, dataDir);
}

function asText(
  { entry }: NamedSet,
  checks: readonly Check[],
  dataDir: string | undefined,
): string {
  const rows = checks.map((check) => [check.file, check.state, detail(check)]);
  return `${entry.name}, in ${dataDir ?? cacheFolder(entry)}\n${table(rows, [0, 1, 2])}`;
}

function detail({ bytes, reason, verified }: Check): string {
  if (bytes === undefined) return reason ?? '';
  const how = verified === false ? ', by its form: no checksum is known of it' : '';
  return `${grouped(bytes)} bytes${how}`;
}

/** What to type next. */
function adviceFor(
  { named, entry }: NamedSet,
  checks: readonly Check[],
  dataDir: string | undefined,
): string[] {
  const damaged = checks.filter(({ state }) => state === 'damaged');
  const bad = checks.filter(({ state }) => state !== 'good');
  if (bad.length === 0) return [];
  const fetch = `softreg data fetch ${shellWord(named)}`;
  if (dataDir === undefined) {
    const copies = damaged.length > 0 ? 'good copies' : 'what is missing';
    return [`${entry.name}: bring ${copies} with: ${fetch}`];
  }
  const paths = damaged.flatMap(({ path }) => path ?? []).map(shellWord);
  const remove = damaged.length > 0 ? `rm ${paths.join(' ')} && ` : '';
  return [`${entry.name}: bring good copies with: ${remove}${fetch} --out ${shellWord(dataDir)}`];
}
