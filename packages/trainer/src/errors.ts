/** What can be wrong with a training run before it starts. */
export type TrainingErrorCode =
  | 'TRAINING_INVALID_SETTING'
  | 'TRAINING_INVALID_DATA'
  | 'TRAINING_INVALID_STATE';

export interface TrainingErrorDetails {
  code: TrainingErrorCode;
  /** The setting, or the part of the state, that is wrong. */
  subject: string;
  expected: string;
  found: string;
}

const MARKER = Symbol.for('softreg.TrainingError');

/** A setting out of its range, or a state that does not belong to the run. */
export class TrainingError extends Error {
  readonly [MARKER] = true;
  readonly code: TrainingErrorCode;
  readonly subject: string;
  readonly expected: string;
  readonly found: string;

  constructor({ code, subject, expected, found }: TrainingErrorDetails) {
    super(`${subject}: expected ${expected}, found ${found}`);
    this.name = 'TrainingError';
    this.code = code;
    this.subject = subject;
    this.expected = expected;
    this.found = found;
  }

  /** Like `instanceof`, but also true for an error of another copy of this package. */
  static isInstance(value: unknown): value is TrainingError {
    return value instanceof Error && MARKER in value;
  }
}
