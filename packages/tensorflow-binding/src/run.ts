import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program without a shell.
 *
 * @throws the system's error (`code` ENOENT where there is no such program), or the signal's reason once the program is gone
 */
export async function run(
  [command = '', ...args]: readonly string[],
  signal?: AbortSignal,
): Promise<Ended> {
  signal?.throwIfAborted();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  return ended(child, signal);
}

/** Waits for a detached child process to end. An abort kills it with its own children: a compiler has several. */
export async function ended(child: ChildProcess, signal?: AbortSignal): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
    });
  }
  const kill = () => killGroup(child.pid);
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const [code, killedBy] = await once(child, 'close');
    signal?.throwIfAborted();
    return { code, signal: killedBy, ...written };
  } finally {
    signal?.removeEventListener('abort', kill);
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** How a program ended, in words: its code or signal, and the line of its output that says why. */
export function describeEnd({ code, signal, stdout, stderr }: Ended): string {
  const lines = `${stderr}\n${stdout}`.split('\n').map((line) => line.trim());
  const reason =
    lines.find((line) => /\berror\b|cannot find|undefined (reference|symbol)/i.test(line)) ??
    lines.findLast((line) => line !== '');
  return `${signal ?? `exit code ${code}`}${reason === undefined ? '' : ` (${shortened(reason)})`}`;
}

function shortened(line: string): string {
  return line.length <= 300 ? line : `${line.slice(0, 300)}...`;
}
