import { type DatasetEntry, DIGITS } from '@softreg/datasets';
import { cachedFiles, cacheFolder, imageBytes, verifyFolder } from '@softreg/datasets/node';
import { unknownSetsNotice } from '../data/cached-sets.js';
import { imagesIn, KNOWN, setsOf } from '../data/entries.js';
import { type DataFlags, folderOf } from '../dataset.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { grouped, megabytes, table } from '../format.js';
import { type Io, printLine } from '../io.js';

interface Listed {
  readonly name: string;
  readonly title: string;
  readonly train: number;
  readonly test: number;
  readonly builtIn: boolean;
  /** The folder of `--data-dir` or $SOFTREG_DATA_DIR, if it has the set. */
  readonly folder: string | null;
  readonly cache: { readonly path: string; readonly files: number; readonly bytes: number } | null;
}

/** `softreg data list [NAME...]`: no more is read than tells the sets apart. */
export async function dataListCommand(
  names: readonly string[],
  flags: Omit<DataFlags, 'dataset' | 'verify'>,
  io: Io,
): Promise<ExitCode> {
  const folder = folderOf(flags, io);
  const entries = names.length > 0 ? (await setsOf(names)).map(({ entry }) => entry) : KNOWN;
  const listed: Listed[] = [];
  for (const entry of entries) listed.push(await look(entry, folder));
  if (flags.json) {
    for (const set of listed) printLine(io.stdout, JSON.stringify({ event: 'data set', ...set }));
    return EXIT.done;
  }
  const rows = listed.map((set) => [
    set.name,
    `${grouped(set.train)} + ${grouped(set.test)}`,
    set.title,
    whereIs(set),
  ]);
  printLine(io.stdout, table([['name', 'images', 'title', 'where'], ...rows], [0, 2, 3]));
  const unknown = names.length > 0 ? undefined : await unknownSetsNotice('list');
  if (unknown !== undefined && !flags.quiet) printLine(io.stderr, unknown);
  return EXIT.done;
}

async function look(entry: DatasetEntry, folder: string | undefined): Promise<Listed> {
  const cached = (await cachedFiles(entry)).filter(({ kind }) => kind === 'file');
  const bytes = cached.reduce((sum, file) => sum + file.bytes, 0);
  const builtIn = entry === DIGITS;
  const isInFolder = folder !== undefined && !builtIn && (await folderHas(entry, folder));
  return {
    name: entry.name,
    title: entry.title,
    train: imagesIn(entry, 'train'),
    test: imagesIn(entry, 'test'),
    builtIn,
    folder: isInFolder ? folder : null,
    cache: cached.length > 0 ? { path: cacheFolder(entry), files: cached.length, bytes } : null,
  };
}

/** Files of several sets have the same names: the small ones, of labels, tell whose they are. */
async function folderHas(entry: DatasetEntry, folder: string): Promise<boolean> {
  const labels = await verifyFolder(entry, folder, { parts: ['testLabels', 'trainLabels'] });
  if (labels.some(({ state }) => state !== 'good')) return false;
  return imageBytes(entry, folder).then(
    () => true,
    () => false,
  );
}

function whereIs({ folder, cache, builtIn }: Listed): string {
  const places = [
    ...(folder === null ? [] : [folder]),
    ...(cache === null ? [] : [inCache(cache)]),
    ...(builtIn ? ['built in'] : []),
  ];
  return places.join('; ') || 'not here';
}

function inCache({ files, bytes }: NonNullable<Listed['cache']>): string {
  return files === 4
    ? `cache, ${megabytes(bytes)}`
    : `cache, ${files} of 4 files, ${megabytes(bytes)}`;
}
