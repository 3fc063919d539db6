import { TrainingError } from '@softreg/trainer';
import { CommanderError } from 'commander';
import { EXIT, type ExitCode, exitCodeOf } from './exit-codes.js';
import { type Io, printLine } from './io.js';
import { createProgram } from './program.js';

/**
 * Runs the command line.
 *
 * @param argv what the user typed after `softreg`
 * @returns the exit code; nothing is thrown
 */
export async function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const program = createProgram(io, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    return report(error, argv.includes('--debug'), io);
  }
}

function report(error: unknown, debug: boolean, io: Io): ExitCode {
  const code = exitCodeOf(error);
  const message = messageOf(error);
  const text = code === undefined ? `this is a fault of softreg: ${message}` : message;
  const hint = code === undefined && !debug ? '; run it again with --debug and report it' : '';
  printLine(io.stderr, `error: ${text.replaceAll(/\s*\n\s*/g, ' ')}${hint}`);
  if (debug && error instanceof Error) printLine(io.stderr, error.stack);
  return code ?? EXIT.bug;
}

/** A setting of the trainer is called by its flag here: that is what the user typed. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!TrainingError.isInstance(error) || error.code !== 'TRAINING_INVALID_SETTING') {
    return error.message;
  }
  const flag = `--${error.subject.replaceAll(' ', '-')}`;
  return `${flag}: expected ${error.expected}, found ${error.found}`;
}
