/** What can be wrong with an IDX file, or with an array that should become one. */
export type IdxErrorCode =
  | 'IDX_TRUNCATED'
  | 'IDX_BAD_MAGIC'
  | 'IDX_UNKNOWN_TYPE'
  | 'IDX_TRAILING_BYTES'
  | 'IDX_TOO_LARGE'
  | 'IDX_BAD_GZIP'
  | 'IDX_NO_ROWS'
  | 'IDX_INVALID_ARRAY';

export interface IdxErrorDetails {
  code: IdxErrorCode;
  /** Byte position in the raw (decompressed) file where reading stopped. */
  offset: number;
  expected: string;
  found: string;
  cause?: unknown;
}

const MARKER = Symbol.for('softreg.IdxError');

/** An IDX file that cannot be read, or an array that cannot be written. */
export class IdxError extends Error {
  readonly [MARKER] = true;
  readonly code: IdxErrorCode;
  readonly offset: number;
  readonly expected: string;
  readonly found: string;

  constructor({ code, offset, expected, found, cause }: IdxErrorDetails) {
    super(`expected ${expected}, found ${found} (at byte ${offset})`, { cause });
    this.name = 'IdxError';
    this.code = code;
    this.offset = offset;
    this.expected = expected;
    this.found = found;
  }

  /** Like `instanceof`, but also true for an error of another copy of this package. */
  static isInstance(value: unknown): value is IdxError {
    return value instanceof Error && MARKER in value;
  }
}
