import { cacheFolder } from '@softreg/datasets/node';
import { allCached } from '../data/cached-sets.js';
import { entryOf } from '../data/entries.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { type Io, printLine } from '../io.js';
import type { CommonFlags } from '../options.js';

/** `softreg data path [NAME]`: whether it is there is not asked. */
export async function dataPathCommand(
  name: string | undefined,
  flags: CommonFlags,
  io: Io,
): Promise<ExitCode> {
  const path = name === undefined ? allCached() : cacheFolder(await entryOf(name));
  printLine(io.stdout, flags.json ? JSON.stringify({ event: 'path', path }) : path);
  return EXIT.done;
}
