/** What can be wrong with a model or checkpoint file; INVALID_CONTENT is about what was to be written. */
export type SerializationErrorCode =
  | 'FILE_MISSING'
  | 'FILE_UNREADABLE'
  | 'FILE_WRITE_FAILED'
  | 'FILE_NOT_SAFETENSORS'
  | 'FILE_TRUNCATED'
  | 'FILE_TRAILING_BYTES'
  | 'FILE_INVALID_HEADER'
  | 'FILE_INVALID_CONTENT'
  | 'FILE_DAMAGED'
  | 'FILE_UNSUPPORTED_VERSION'
  | 'FILE_NOT_A_MODEL'
  | 'FILE_NOT_A_CHECKPOINT'
  | 'FILE_NOT_TUTORIAL_DATA'
  | 'FILE_NOT_A_PICKLE'
  | 'FILE_REFUSED'
  | 'FILE_TOO_LARGE'
  | 'FILE_BAD_GZIP';

export interface SerializationErrorDetails {
  code: SerializationErrorCode;
  /** What of the file is wrong. */
  subject: string;
  expected: string;
  found: string;
  /** Byte position in the file, or in what is packed in it, where there is one. */
  offset?: number | undefined;
  /** What the user can do next. */
  advice?: string | undefined;
  cause?: unknown;
}

const MARKER = Symbol.for('softreg.SerializationError');

/** A file that is not what it should be, or that cannot be read or written. */
export class SerializationError extends Error {
  readonly [MARKER] = true;
  readonly code: SerializationErrorCode;
  readonly subject: string;
  readonly expected: string;
  readonly found: string;
  readonly offset: number | undefined;
  readonly advice: string | undefined;

  constructor(details: SerializationErrorDetails) {
    const { code, subject, expected, found, offset, advice, cause } = details;
    const where = offset === undefined ? '' : ` (at byte ${offset})`;
    super(
      `${subject}: expected ${expected}, found ${found}${where}${advice ? `; ${advice}` : ''}`,
      {
        cause,
      },
    );
    this.name = 'SerializationError';
    this.code = code;
    this.subject = subject;
    this.expected = expected;
    this.found = found;
    this.offset = offset;
    this.advice = advice;
  }

  /** Like `instanceof`, but also true for an error of another copy of this package. */
  static isInstance(value: unknown): value is SerializationError {
    return value instanceof Error && MARKER in value;
  }
}
