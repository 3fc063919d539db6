import { dirname } from 'node:path';

/** What can keep an addon from being built or from working; INVALID_ARGUMENT is about what the caller named. */
export type BindingErrorCode =
  | 'BINDING_INVALID_ARGUMENT'
  | 'BINDING_UNSUPPORTED_MACHINE'
  | 'BINDING_PACKAGE_MISSING'
  | 'BINDING_UNSUPPORTED_VERSION'
  | 'BINDING_COMPILER_MISSING'
  | 'BINDING_COMPILE_FAILED'
  | 'BINDING_PYTHON_MISSING'
  | 'BINDING_DOWNLOAD_FAILED'
  | 'BINDING_FILES_FAILED'
  | 'BINDING_NOT_WORKING';

const MARKER = Symbol.for('softreg.BindingError');

/** An addon that cannot be built here, or that does not work. */
export class BindingError extends Error {
  readonly [MARKER] = true;
  readonly code: BindingErrorCode;

  constructor(code: BindingErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'BindingError';
    this.code = code;
  }

  /** Like `instanceof`, but also true for an error of another copy of this package. */
  static isInstance(value: unknown): value is BindingError {
    return value instanceof Error && MARKER in value;
  }
}

/** The error of a refused file operation as one of ours; any other error as it is. */
export function withFileErrors(error: unknown): unknown {
  const { code, syscall, path, dest } = error as NodeJS.ErrnoException & { dest?: string };
  if (code === undefined || path === undefined || syscall?.startsWith('spawn') !== false) {
    return error;
  }
  // Its path is a pattern that no file has.
  const where = syscall === 'mkdtemp' ? dirname(path) : (dest ?? path);
  return new BindingError(
    'BINDING_FILES_FAILED',
    `${where}: expected to read and write there, found ${code} (${syscall}); see to its rights and to the room on its disk`,
    { cause: error },
  );
}
