import { EXIT } from './exit-codes.js';
import { main } from './main.js';

/** Runs the command line in this process: the one place that reads its arguments and sets its exit code. */
export async function run(): Promise<void> {
  endQuietlyWhenNobodyReads();
  const { stdout, stderr } = process;
  process.exitCode = await main(process.argv.slice(2), { stdout, stderr, signal: interrupts() });
}

/** The first Ctrl-C stops what runs and tidies up, the second ends at once. */
function interrupts(): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller.signal;
}

/** `tensorflow-binding ... | head` is no error. */
function endQuietlyWhenNobodyReads(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(EXIT.done);
      throw error;
    });
  }
}
