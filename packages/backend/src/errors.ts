/** What can be wrong with a backend, or with what it is asked to do. */
export type BackendErrorCode =
  | 'BACKEND_UNKNOWN'
  | 'BACKEND_UNAVAILABLE'
  | 'BACKEND_LOST'
  | 'BACKEND_INVALID_ARGUMENT'
  | 'BACKEND_NOT_READY'
  | 'BACKEND_OUT_OF_MEMORY';

export interface BackendErrorOptions {
  cause?: unknown;
  /** The backend that it is about. It begins the message. */
  backend?: string | undefined;
  /** What to do about it: a clause, or the exact command. It ends the message. */
  fix?: string | undefined;
}

const MARKER = Symbol.for('softreg.BackendError');

/** A backend that does not exist, cannot run here, was lost on the way, or was asked for the impossible. */
export class BackendError extends Error {
  readonly [MARKER] = true;
  readonly code: BackendErrorCode;
  readonly backend: string | undefined;
  /** The message without backend and fix. */
  readonly reason: string;
  readonly fix: string | undefined;

  constructor(
    code: BackendErrorCode,
    reason: string,
    { backend, fix, ...options }: BackendErrorOptions = {},
  ) {
    const subject = backend === undefined ? '' : `backend ${backend}: `;
    super(`${subject}${reason}${fix === undefined ? '' : `; ${fix}`}`, options);
    this.name = 'BackendError';
    this.code = code;
    this.backend = backend;
    this.reason = reason;
    this.fix = fix;
  }

  /** Like `instanceof`, but also true for an error of another copy of this package. */
  static isInstance(value: unknown): value is BackendError {
    return value instanceof Error && MARKER in value;
  }
}
