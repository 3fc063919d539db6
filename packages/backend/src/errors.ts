/** What can be wrong with a backend, or with what it is asked to do. */
export type BackendErrorCode =
  | 'BACKEND_UNKNOWN'
  | 'BACKEND_UNAVAILABLE'
  | 'BACKEND_INVALID_ARGUMENT'
  | 'BACKEND_NOT_READY';

const MARKER = Symbol.for('softreg.BackendError');

/** A backend that does not exist, cannot run here, or was asked for the impossible. */
export class BackendError extends Error {
  readonly [MARKER] = true;
  readonly code: BackendErrorCode;

  constructor(code: BackendErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'BackendError';
    this.code = code;
  }

  /** Like `instanceof`, but also true for an error of another copy of this package. */
  static isInstance(value: unknown): value is BackendError {
    return value instanceof Error && MARKER in value;
  }
}
