import { on } from 'node:events';
import type { Engine } from '@softreg/backend';
import { openBackend } from '../backend.js';
import { EXIT, type ExitCode, exitCodeOf } from '../exit-codes.js';
import type { Io } from '../io.js';
import { type SplitFlags, type SplitSets, splitSetsOf } from '../split-sets.js';
import type { RunConfig } from '../train/run-config.js';
import { checkSameData } from '../train/same-data.js';
import { UsageError } from '../usage-error.js';
import type { SweepSetting } from './config.js';
import { type TrainedSetting, trainSetting } from './train-setting.js';

/** What a worker is asked for. Data and backend are the same each time. */
export interface SettingJob extends SweepSetting {
  readonly config: RunConfig;
  /** Where the data are. */
  readonly flags: SplitFlags;
  readonly threads?: number;
}

/** What a worker answers. */
export type SettingReply =
  | ({ readonly type: 'done' } & TrainedSetting)
  | { readonly type: 'failed'; readonly message: string; readonly code: ExitCode };

/** What is opened once. */
interface Opened {
  readonly engine: Engine;
  readonly sets: SplitSets;
}

/** `softreg sweep worker`: trains one setting after the other, as the process that started it says, until that goes away. */
export async function sweepWorker(io: Io): Promise<ExitCode> {
  if (process.send === undefined) {
    throw new UsageError(
      'sweep worker: expected to be started by softreg sweep, found no process that gives it settings',
    );
  }
  // Ctrl-C reaches all processes of a terminal: what to do is decided by the one that started this.
  process.on('SIGINT', () => {});
  const gone = new AbortController();
  process.once('disconnect', () => gone.abort());
  let opened: Opened | undefined;
  try {
    for await (const [job] of on(process, 'message', { close: ['disconnect'] })) {
      let reply: SettingReply | undefined;
      try {
        opened ??= await open(job, io);
        const { engine, sets } = opened;
        const trained = await trainSetting(engine, sets, job.config, job, gone.signal);
        reply = trained && { type: 'done', ...trained };
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        reply = { type: 'failed', message, code: exitCodeOf(error) ?? EXIT.bug };
      }
      if (reply && process.connected) process.send(reply);
    }
  } finally {
    opened?.engine.close();
    await opened?.sets.close();
  }
  return EXIT.done;
}

async function open({ config, flags, threads }: SettingJob, io: Io): Promise<Opened> {
  const sets = await splitSetsOf(flags, io);
  try {
    checkSameData(config, sets, 'the sweep');
    return {
      sets,
      engine: await openBackend({ backend: config.backend, ...(threads && { threads }) }),
    };
  } catch (error) {
    await sets.close();
    throw error;
  }
}
