import util from 'node:util';
import { type Binding, buildBinding, checkBinding } from './build-binding.js';
import { EXIT, type ExitCode, exitCodeOf } from './exit-codes.js';
import { findPackages, globalFolder } from './find-packages.js';
import { HELP, type Options, readOptions } from './options.js';
import { version } from './version.js';
import { PINNED } from './wheel.js';

/** What the command may touch of the world. */
export interface Io {
  /** Results. */
  readonly stdout: Output;
  /** Progress, notices and errors. */
  readonly stderr: Output;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

type Output = Pick<NodeJS.WriteStream, 'write'>;

/**
 * Runs the command line.
 *
 * @param argv what the user typed after `tensorflow-binding`
 * @returns the exit code; nothing is thrown
 */
export async function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  try {
    await perform(readOptions(argv), io);
    return EXIT.done;
  } catch (error) {
    if (io.signal.aborted) return EXIT.interrupted;
    return report(error, argv.includes('--debug'), io);
  }
}

async function perform(options: Options, io: Io): Promise<void> {
  if (options.help) io.stdout.write(HELP);
  else if (options.version) io.stdout.write(`${version()}\n`);
  else await eachPackage(options, io);
}

async function eachPackage(options: Options, { stdout, stderr, signal }: Io): Promise<void> {
  const from = options.global ? await globalFolder(signal) : options.package;
  for (const folder of await findPackages(from)) {
    const binding = options.check
      ? await checkBinding(folder, { signal })
      : await buildBinding({
          package: folder,
          libtensorflow: options.libtensorflow,
          tensorflowVersion: options['tensorflow-version'],
          cache: options.cache,
          force: options.force,
          signal,
          onProgress: (line) => stderr.write(`${line}\n`),
        });
    stdout.write(`${resultLine(binding)}\n`);
    for (const notice of notices(binding)) stderr.write(`note: ${notice}\n`);
  }
}

function resultLine(binding: Binding): string {
  const { package: name, version: release, libtensorflow, device } = binding;
  return `${name} ${release}: libtensorflow ${libtensorflow}, ${device}, works`;
}

/** What works here and may not elsewhere. */
function notices({ package: name, libtensorflow }: Binding): string[] {
  const newer = Number(libtensorflow.split('.')[1]) > Number(PINNED.version.split('.')[1]);
  return [
    ...(newer
      ? [
          `rounding an int32 tensor gives 0 with libtensorflow 2.17 to 2.21, found ${libtensorflow}; ${PINNED.version} is right`,
        ]
      : []),
    ...('isNullOrUndefined' in util
      ? []
      : [
          `${name} calls util.isNullOrUndefined, which Node ${process.versions.node} lacks; a program has to restore it, see the README of @softreg/tensorflow-binding`,
        ]),
  ];
}

function report(error: unknown, debug: boolean, { stderr }: Io): ExitCode {
  const code = exitCodeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const text = code === EXIT.bug ? `this is a fault of tensorflow-binding: ${message}` : message;
  stderr.write(`error: ${text.replaceAll(/\s*\n\s*/g, ' ')}\n`);
  if (debug && error instanceof Error) stderr.write(`${error.stack}\n`);
  return code;
}
