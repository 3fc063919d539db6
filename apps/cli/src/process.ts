import { EXIT } from './exit-codes.js';
import { main } from './main.js';

/** Runs the command line in this process: the one place that reads its arguments and sets its exit code. */
export async function run(): Promise<void> {
  endQuietlyWhenNobodyReads();
  process.exitCode = await main(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    handleInterrupts,
  });
}

/** The system's own way, to end at once, holds until a command asks for the signal; then the second interrupt does that. */
function handleInterrupts(): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller.signal;
}

/** `softreg ... | head` is no error. */
function endQuietlyWhenNobodyReads(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(EXIT.done);
      throw error;
    });
  }
}
