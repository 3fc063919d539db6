import { BindingError } from './errors.js';

/** What the process ends with: the codes of the command line `softreg`. */
export const EXIT = {
  done: 0,
  /** A fault of ours. */
  bug: 1,
  usage: 2,
  /** The machine lacks something: a compiler, the network, room on a disk, the package itself. */
  environment: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export function exitCodeOf(error: unknown): ExitCode {
  if (!BindingError.isInstance(error)) return EXIT.bug;
  return error.code === 'BINDING_INVALID_ARGUMENT' ? EXIT.usage : EXIT.environment;
}
