import { parseArgs } from 'node:util';
import { BindingError } from './errors.js';

const OPTIONS = {
  package: { type: 'string' },
  global: { type: 'boolean' },
  libtensorflow: { type: 'string' },
  'tensorflow-version': { type: 'string' },
  cache: { type: 'string' },
  force: { type: 'boolean' },
  check: { type: 'boolean' },
  debug: { type: 'boolean' },
  version: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** What cannot be asked for together. */
const CONFLICTS: readonly (readonly [Name, Name])[] = [
  ['package', 'global'],
  ['libtensorflow', 'tensorflow-version'],
  ['libtensorflow', 'cache'],
  ['check', 'force'],
  ['check', 'libtensorflow'],
  ['check', 'tensorflow-version'],
  ['check', 'cache'],
];

type Name = keyof typeof OPTIONS;
export type Options = ReturnType<typeof parse>;

export const HELP = `usage: tensorflow-binding [options]

Compiles the native addon of @tensorflow/tfjs-node or tfjs-node-gpu 4.22.0, and puts it and libtensorflow where the
package looks for them.

  --package DIR               the package, or a project that has it (default: the current folder)
  --global                    the packages that npm installed with --global
  --libtensorflow DIR         an unpacked C library of TensorFlow 2, or the folder of an installed Python package
                              tensorflow (default: that in PyPI's wheel tensorflow-cpu, fetched by pip)
  --tensorflow-version X.Y.Z  the version of that wheel (default: 2.16.2)
  --cache DIR                 where the wheel's libraries are kept (default: ~/.cache/softreg/libtensorflow)
  --force                     build it anew where one is there and works
  --check                     only try the one that is there
  --debug                     the stack trace of an error
  --version, --help
`;

/** @throws BindingError BINDING_INVALID_ARGUMENT */
export function readOptions(argv: readonly string[]): Options {
  const options = parse(argv);
  for (const [one, other] of CONFLICTS) {
    if (options[one] !== undefined && options[other] !== undefined) {
      throw usageError(`--${one} and --${other}: expected one of them, found both`);
    }
  }
  for (const [name, value] of Object.entries(options)) {
    if (value === '') throw usageError(`--${name}: expected a value, found none`);
  }
  return options;
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw usageError((error as Error).message, error);
  }
}

function usageError(problem: string, cause?: unknown): BindingError {
  return new BindingError('BINDING_INVALID_ARGUMENT', `${problem}; see --help`, { cause });
}
