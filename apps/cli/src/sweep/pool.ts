import type { Io } from '../io.js';
import type { SweepSetting } from './config.js';
import type { SettingReply, SweepJob } from './worker.js';
import { startWorker, type WorkerProcess } from './worker-process.js';

export interface PoolOptions {
  /** Processes at a time. */
  readonly processes: number;
  readonly env: Io['env'];
  /** Kills the processes, whatever they are at. */
  readonly signal: AbortSignal;
  /** Told of each setting as it ends; one that the signal cut short has no reply. If it throws, all ends. */
  readonly onReply: (setting: SweepSetting, reply: SettingReply) => Promise<void>;
}

/** Does all jobs, in their order as processes get free. A process that ends fails the settings it was at, and another one takes its place. */
export async function trainInProcesses(
  jobs: readonly SweepJob[],
  { processes, env, signal, onReply }: PoolOptions,
): Promise<void> {
  const running = new Set<WorkerProcess>();
  const killAll = () => {
    for (const worker of running) worker.kill();
  };
  const queue = jobs.values();
  const work = async () => {
    let worker: WorkerProcess | undefined;
    for (const job of queue) {
      if (signal.aborted) return;
      if (!worker?.isAlive()) {
        if (worker) running.delete(worker);
        worker = startWorker(env);
        running.add(worker);
      }
      for await (const { setting, reply } of worker.train(job)) {
        if (signal.aborted) return;
        const of = job.settings.find((one) => one.setting === setting) as SweepSetting;
        await onReply(of, reply);
      }
    }
  };
  signal.addEventListener('abort', killAll);
  try {
    await Promise.all(Array.from({ length: Math.min(processes, jobs.length) }, work));
  } finally {
    signal.removeEventListener('abort', killAll);
    killAll();
  }
}
