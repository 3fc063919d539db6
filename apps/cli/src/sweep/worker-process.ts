import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EXIT } from '../exit-codes.js';
import type { Io } from '../io.js';
import type { SettingJob, SettingReply } from './worker.js';

/** The command line itself, from `src` and from `dist`. */
const PROGRAM = fileURLToPath(new URL('../../bin/softreg.js', import.meta.url));

/** What is kept of its stderr, to say why it ended. */
const KEPT_CHARACTERS = 2000;

/** A process that trains one setting at a time. */
export interface WorkerProcess {
  /** Never throws: a process that ends is a failure of its setting. */
  train(job: SettingJob): Promise<SettingReply>;
  /** Whether it can take another setting. */
  isAlive(): boolean;
  /** At once: it has nothing to save. */
  kill(): void;
}

export function startWorker(env: Io['env']): WorkerProcess {
  const child = fork(PROGRAM, ['sweep', 'worker'], {
    env,
    execArgv: [],
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
    train: (job) => replyOf(child, job, () => stderr),
    // Its channel may be open for a moment after it has ended.
    isAlive: () => child.connected && child.exitCode === null && child.signalCode === null,
    kill: () => void child.kill('SIGKILL'),
  };
}

function replyOf(
  child: ChildProcess,
  job: SettingJob,
  stderr: () => string,
): Promise<SettingReply> {
  return new Promise((resolve) => {
    const settle = (reply: SettingReply) => {
      child.off('message', settle);
      child.off('close', ended);
      child.off('error', failed);
      resolve(reply);
    };
    const fail = (message: string) => settle({ type: 'failed', message, code: EXIT.environment });
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
    child.on('message', settle);
    child.on('close', ended);
    child.on('error', failed);
    child.send(job, (error) => {
      if (error) failed(error);
    });
  });
}
