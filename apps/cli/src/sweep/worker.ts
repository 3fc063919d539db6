import { on } from 'node:events';
import { type BackendName, type Engine, openWideEngines } from '@softreg/backend';
import { openBackend } from '../backend.js';
import { EXIT, type ExitCode, exitCodeOf } from '../exit-codes.js';
import type { Io } from '../io.js';
import { type SplitFlags, type SplitSets, splitSetsOf } from '../split-sets.js';
import type { RunConfig } from '../train/run-config.js';
import { checkSameData } from '../train/same-data.js';
import { UsageError } from '../usage-error.js';
import type { SweepSetting } from './config.js';
import {
  examplesOfSets,
  type SetsOfExamples,
  type TrainedSetting,
  trainSetting,
} from './train-setting.js';

/** What a worker is asked for. Data and backend are the same each time. */
export interface SweepJob {
  /** One, or several of one batch size: those are trained side by side. */
  readonly settings: readonly SweepSetting[];
  readonly config: RunConfig;
  /** Where the data are. */
  readonly flags: SplitFlags;
  readonly threads?: number;
}

/** What came of a setting. */
export type SettingReply =
  | ({ readonly type: 'done' } & TrainedSetting)
  | { readonly type: 'failed'; readonly message: string; readonly code: ExitCode };

/** What a worker answers, once for each setting, as they end. */
export interface WorkerMessage {
  readonly setting: number;
  readonly reply: SettingReply;
}

/** What is opened once. */
interface Opened {
  readonly sets: SplitSets;
  /** The same objects for all settings, so that engines side by side hold them once. */
  readonly data: SetsOfExamples;
  /** For settings that are trained alone. */
  engine?: Engine;
}

/** `softreg sweep worker`: trains one job after the other, as the process that started it says, until that goes away. */
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
      try {
        opened ??= await open(job, io);
        await trainJob(job, opened, gone.signal);
      } catch (error) {
        for (const { setting } of job.settings) tell({ setting, reply: failureReply(error) });
      }
    }
  } finally {
    opened?.engine?.close();
    await opened?.sets.close();
  }
  return EXIT.done;
}

/** Trains all settings of the job, and tells of each as it ends. Throws before the first, or not at all. */
async function trainJob(job: SweepJob, opened: Opened, signal: AbortSignal): Promise<void> {
  const { settings, config } = job;
  const isAlone = settings.length === 1;
  if (isAlone) opened.engine ??= await openAlone(job);
  const engines = isAlone
    ? [opened.engine as Engine]
    : await openWideEngines(config.backend as BackendName, settings.length);
  const trainOne = async (setting: SweepSetting, engine: Engine) => {
    try {
      const trained = await trainSetting(engine, opened, config, setting, signal);
      if (trained) tell({ setting: setting.setting, reply: { type: 'done', ...trained } });
    } catch (error) {
      tell({ setting: setting.setting, reply: failureReply(error) });
    } finally {
      // The others wait for it no longer.
      if (!isAlone) engine.close();
    }
  };
  await Promise.all(settings.map((setting, i) => trainOne(setting, engines[i] as Engine)));
}

function tell(message: WorkerMessage): void {
  if (process.connected) process.send?.(message);
}

function failureReply(error: unknown): SettingReply {
  const message = error instanceof Error ? error.message : String(error);
  return { type: 'failed', message, code: exitCodeOf(error) ?? EXIT.bug };
}

function openAlone({ config, threads }: SweepJob): Promise<Engine> {
  return openBackend({ backend: config.backend, ...(threads && { threads }) });
}

async function open({ config, flags }: SweepJob, io: Io): Promise<Opened> {
  const sets = await splitSetsOf(flags, io);
  try {
    checkSameData(config, sets, 'the sweep');
    return { sets, data: examplesOfSets(sets, config.pixelScale) };
  } catch (error) {
    await sets.close();
    throw error;
  }
}
