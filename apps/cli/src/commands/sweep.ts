import { makeWritableFolder } from '@softreg/serialization/node';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { grouped, shellWord } from '../format.js';
import { type Io, printLine } from '../io.js';
import { ownSettings, type SweepFlags, type SweepSetting } from '../sweep/config.js';
import { readSweep, refuseUsedFolder, saveConfig } from '../sweep/folder.js';
import { type Division, divisionOf, planSweep } from '../sweep/plan.js';
import { trainInProcesses } from '../sweep/pool.js';
import { reportSweep } from '../sweep/report.js';
import { createTally, type Tally } from '../sweep/tally.js';
import type { SettingReply } from '../sweep/worker.js';
import { UsageError } from '../usage-error.js';

/** `softreg sweep` */
export async function sweepCommand(flags: SweepFlags, io: Io): Promise<ExitCode> {
  if (flags.resume !== undefined && flags.out !== undefined) {
    throw new UsageError(
      `--out: expected nothing with --resume, which goes on in its folder, found ${flags.out}`,
    );
  }
  const resumed = flags.resume === undefined ? undefined : await readSweep(flags.resume);
  const folder = resumed?.folder ?? flags.out ?? defaultFolder(flags);
  if (!resumed) await refuseUsedFolder(folder);
  const { config, dataFlags } = await planSweep(flags, resumed, io);
  const signal = io.handleInterrupts();
  await makeWritableFolder(folder);
  if (!resumed) await saveConfig(folder, config);
  const all = ownSettings(config);
  const tally = createTally(folder, config, all, resumed?.results ?? []);
  const pending = all.filter(({ setting }) => !tally.results.has(setting));
  const division = divisionOf(flags, config, pending);
  const { groups, processes, threads } = division;
  const notice = (text: string) => {
    if (!flags.quiet) printLine(io.stderr, text);
  };
  notice(
    `${grouped(pending.length)} of ${grouped(all.length)} settings to train on ${config.dataset} ` +
      `with backend ${config.backend}, ${mannerText(division)}`,
  );
  const { axes: _, shard: __, ...runConfig } = config;
  const job = { config: runConfig, flags: dataFlags, ...(threads && { threads }) };
  const jobs = groups.map((settings) => ({ settings, ...job }));
  const onReply = async (setting: SweepSetting, reply: SettingReply) => {
    notice(await tally.note(setting, reply));
  };
  await trainInProcesses(jobs, { processes, env: io.env, signal, onReply });
  const goOn = `softreg sweep --resume ${shellWord(folder)}`;
  if (signal.aborted) {
    const saved = `${grouped(tally.results.size)} of ${grouped(all.length)} settings`;
    notice(`interrupted; ${saved} are saved in ${folder}; go on with: ${goOn}`);
    return EXIT.interrupted;
  }
  await reportSweep(folder, config, tally.outcomes(), flags, io);
  return conclude(tally, goOn, io);
}

function conclude({ failures, failureCode }: Tally, goOn: string, io: Io): ExitCode {
  const [first] = [...failures.values()].sort((a, b) => a.setting - b.setting);
  if (first === undefined) return EXIT.done;
  const count = failures.size === 1 ? 'a setting' : `${grouped(failures.size)} settings, the first`;
  printLine(
    io.stderr,
    `error: ${count} (${first.setting}) failed: ${first.message.replaceAll(/\s*\n\s*/g, ' ')}; ` +
      `try what is missing again with: ${goOn}`,
  );
  return failureCode();
}

function mannerText({ groups, processes }: Division): string {
  const most = Math.max(...groups.map(({ length }) => length));
  const each = most > 1 ? `, up to ${most} side by side in ${processes === 1 ? 'it' : 'each'}` : '';
  return `in ${processes} ${processes === 1 ? 'process' : 'processes'}${each}`;
}

function defaultFolder({ shard }: SweepFlags): string {
  return shard ? `sweep-${shard.number}-of-${shard.count}` : 'sweep';
}
