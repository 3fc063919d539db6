import { temporaryFolder } from '@softreg/testkit';
import { vi } from 'vitest';
import type { Io } from '../src/io.js';
import { main } from '../src/main.js';

// What was measured on this machine before is not to be believed or replaced.
vi.stubEnv('XDG_CACHE_HOME', temporaryFolder());

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly env?: Record<string, string>;
  readonly interrupt?: AbortSignal;
  /** Whether stderr is a terminal. */
  readonly terminal?: boolean;
  /** The width of stdout, if it is a terminal. */
  readonly stdoutColumns?: number;
  /** Told of each piece of stdout as it is written. */
  readonly onStdout?: (text: string) => void;
}

/** Runs a command as a user would type it, in this process. */
export async function runCli(
  argv: readonly string[],
  { env = {}, interrupt, terminal = false, stdoutColumns, onStdout }: CliOptions = {},
): Promise<CliResult> {
  const written = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr', isTTY: boolean, columns: number | undefined = 100) =>
    ({
      isTTY,
      columns: isTTY ? columns : undefined,
      write(text: string) {
        written[name] += text;
        if (name === 'stdout') onStdout?.(text);
        return true;
      },
    }) as Io['stdout'];
  const code = await main(argv, {
    stdout: output('stdout', stdoutColumns !== undefined, stdoutColumns),
    stderr: output('stderr', terminal),
    env,
    handleInterrupts: () => interrupt ?? new AbortController().signal,
  });
  return { code, ...written };
}
