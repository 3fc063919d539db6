/** What can be wrong that no package knows of. */
export type PageErrorCode = 'PAGE_FILE_COUNT' | 'PAGE_DATA_TOO_LARGE';

export interface PageErrorDetails {
  readonly code: PageErrorCode;
  readonly subject: string;
  readonly expected: string;
  readonly found: string;
  /** What the user can do next. */
  readonly advice: string;
}

/** Something that the page itself refuses, or that failed in it. In English, as errors of the packages are. */
export class PageError extends Error {
  readonly code: PageErrorCode;
  readonly subject: string;
  readonly expected: string;
  readonly found: string;
  readonly advice: string;

  constructor({ code, subject, expected, found, advice }: PageErrorDetails) {
    super(`${subject}: expected ${expected}, found ${found}; ${advice}`);
    this.name = 'PageError';
    this.code = code;
    this.subject = subject;
    this.expected = expected;
    this.found = found;
    this.advice = advice;
  }
}
