/** What a command may touch of the world, so that tests run commands without a process of their own. */
export interface Io {
  /** Results. */
  readonly stdout: Output;
  /** Progress, notices and errors. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly interrupt: AbortSignal;
}

export type Output = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>;

export function printLine(output: Output, text = ''): void {
  output.write(`${text}\n`);
}
