import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EXIT } from '../exit-codes.js';
import type { Io } from '../io.js';
import type { SweepJob, WorkerMessage } from './worker.js';

/** The command line itself, from `src` and from `dist`. */
const PROGRAM = fileURLToPath(new URL('../../bin/softreg.js', import.meta.url));

/** What is kept of its stderr, to say why it ended. */
const KEPT_CHARACTERS = 2000;

/** A process that does one job at a time. */
export interface WorkerProcess {
  /** What comes of each setting, as they end. Never throws: a process that ends is a failure of the settings that have not ended. */
  train(job: SweepJob): AsyncGenerator<WorkerMessage, void, void>;
  /** Whether it can take another job. */
  isAlive(): boolean;
  /** At once: it has nothing to save. */
  kill(): void;
}

export function startWorker(env: Io['env']): WorkerProcess {
  const child = fork(PROGRAM, ['sweep', 'worker'], {
    env,
    // The last line that it prints says why it ended.
    execArgv: ['--no-warnings'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr?.on('data', (text) => {
    stderr = `${stderr}${text}`.slice(-KEPT_CHARACTERS);
  });
  // Without a listener it would end this process, too; `train` hears of it.
  child.on('error', () => {});
  return {
    train: (job) => repliesOf(child, job, () => stderr),
    // Its channel may be open for a moment after it has ended.
    isAlive: () => child.connected && child.exitCode === null && child.signalCode === null,
    kill: () => void child.kill('SIGKILL'),
  };
}

async function* repliesOf(
  child: ChildProcess,
  job: SweepJob,
  stderr: () => string,
): AsyncGenerator<WorkerMessage, void, void> {
  const missing = new Set(job.settings.map(({ setting }) => setting));
  const told: WorkerMessage[] = [];
  let wake = () => {};
  const hear = (message: WorkerMessage) => {
    if (missing.delete(message.setting)) told.push(message);
    wake();
  };
  const fail = (message: string) => {
    for (const setting of missing) {
      hear({ setting, reply: { type: 'failed', message, code: EXIT.environment } });
    }
  };
  const failed = (error: Error) => {
    if (child.pid === undefined) fail(`its process did not start: ${error.message}`);
    // What it did not get it will not do; how it ended is told by its end.
    else child.kill('SIGKILL');
  };
  const ended = (code: number | null, signal: string | null) => {
    const last = stderr().trim().split('\n').at(-1);
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
    fail(`its process was ended ${how}${last ? `: ${last}` : ''}`);
  };
  child.on('message', hear);
  child.on('close', ended);
  child.on('error', failed);
  child.send(job, (error) => {
    if (error) failed(error);
  });
  try {
    while (told.length > 0 || missing.size > 0) {
      const next = told.shift();
      if (next) yield next;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    child.off('message', hear);
    child.off('close', ended);
    child.off('error', failed);
  }
}
