/** What a command may touch of the world, so that tests run commands without a process of their own. */
export interface Io {
  /** Results. */
  readonly stdout: Output;
  /** Progress, notices and errors. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * To be called by a command that can save and stop: from then on the first Ctrl-C or SIGTERM aborts the signal, and only a
   * second one ends the process.
   */
  readonly handleInterrupts: () => AbortSignal;
}

export type Output = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>;

export function printLine(output: Output, text = ''): void {
  output.write(`${text}\n`);
}
