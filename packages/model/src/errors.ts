/** What can be wrong with a model, or with the data it is given. */
export type ModelErrorCode = 'MODEL_INVALID' | 'MODEL_DATA_MISMATCH';

export interface ModelErrorDetails {
  code: ModelErrorCode;
  subject: string;
  expected: string;
  found: string;
  /** What the user can do next. */
  advice?: string;
}

const MARKER = Symbol.for('softreg.ModelError');

/** A model whose parts do not fit each other, or that does not fit the data. */
export class ModelError extends Error {
  readonly [MARKER] = true;
  readonly code: ModelErrorCode;
  readonly subject: string;
  readonly expected: string;
  readonly found: string;

  constructor({ code, subject, expected, found, advice }: ModelErrorDetails) {
    super(`${subject}: expected ${expected}, found ${found}${advice ? `; ${advice}` : ''}`);
    this.name = 'ModelError';
    this.code = code;
    this.subject = subject;
    this.expected = expected;
    this.found = found;
  }

  /** Like `instanceof`, but also true for an error of another copy of this package. */
  static isInstance(value: unknown): value is ModelError {
    return value instanceof Error && MARKER in value;
  }
}
