import { makeWritableFolder } from '@softreg/serialization/node';
import type { ExitCode } from '../exit-codes.js';
import { EXIT } from '../exit-codes.js';
import type { Io } from '../io.js';
import type { CommonFlags } from '../options.js';
import {
  readSetting,
  readSweep,
  refuseUsedFolder,
  type SavedSweep,
  saveConfig,
  saveSetting,
} from '../sweep/folder.js';
import { mergeSweeps, wholeConfig } from '../sweep/merge.js';
import { reportSweep } from '../sweep/report.js';

export interface SweepMergeFlags extends CommonFlags {
  readonly out: string;
}

/** `softreg sweep merge` */
export async function sweepMergeCommand(
  folders: readonly string[],
  flags: SweepMergeFlags,
  io: Io,
): Promise<ExitCode> {
  const { out } = flags;
  await refuseUsedFolder(out);
  const sweeps: SavedSweep[] = [];
  for (const folder of folders) sweeps.push(await readSweep(folder));
  const merged = await mergeSweeps(sweeps);
  const config = wholeConfig((sweeps[0] as SavedSweep).config);
  await makeWritableFolder(out);
  for (const { result, folder } of merged) {
    await saveSetting(out, await readSetting(folder, result));
  }
  await reportSweep(
    out,
    config,
    merged.map(({ result }) => result),
    flags,
    io,
  );
  // Last: a folder that has it is whole.
  await saveConfig(out, config);
  return EXIT.done;
}
