/** What can be wrong with a data set. */
export type DatasetErrorCode =
  | 'DATASET_UNKNOWN'
  | 'DATASET_FOLDER_MISSING'
  | 'DATASET_FILE_MISSING'
  | 'DATASET_FILE_DAMAGED'
  | 'DATASET_FILE_TWICE'
  | 'DATASET_WRONG_SHAPE'
  | 'DATASET_WRONG_CHECKSUM'
  | 'DATASET_COUNTS_DIFFER'
  | 'DATASET_LABEL_OUT_OF_RANGE'
  | 'DATASET_TOO_SMALL'
  | 'DATASET_UNREACHABLE'
  | 'DATASET_CACHE_FAILED';

export interface DatasetErrorDetails {
  code: DatasetErrorCode;
  /** The file, folder or name that is wrong. */
  subject: string;
  expected: string;
  found: string;
  /** What the user can do next. */
  advice?: string;
  cause?: unknown;
}

const MARKER = Symbol.for('softreg.DatasetError');

/** A data set that is missing, damaged, or not what it says it is. */
export class DatasetError extends Error {
  readonly [MARKER] = true;
  readonly code: DatasetErrorCode;
  readonly subject: string;
  readonly expected: string;
  readonly found: string;

  constructor({ code, subject, expected, found, advice, cause }: DatasetErrorDetails) {
    super(`${subject}: expected ${expected}, found ${found}${advice ? `; ${advice}` : ''}`, {
      cause,
    });
    this.name = 'DatasetError';
    this.code = code;
    this.subject = subject;
    this.expected = expected;
    this.found = found;
  }

  /** Like `instanceof`, but also true for an error of another copy of this package. */
  static isInstance(value: unknown): value is DatasetError {
    return value instanceof Error && MARKER in value;
  }
}
