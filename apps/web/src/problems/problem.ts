import { isProblemCode, type ProblemCode } from './codes.js';

/** What went wrong, as data: it crosses from a worker, and is put in words of either language. */
export interface Problem {
  /** In English; all there is, where the error has no code. */
  readonly message: string;
  readonly code?: ProblemCode | undefined;
  /** The file, setting or backend that it is about. */
  readonly subject?: string | undefined;
  readonly expected?: string | undefined;
  readonly found?: string | undefined;
  /** In place of what was expected and found. */
  readonly reason?: string | undefined;
  /** Byte of the file. */
  readonly offset?: number | undefined;
  /** What the user can do next. */
  readonly advice?: string | undefined;
}

/** The parts of an error of ours, also of one that crossed; of any other error its message. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message } = error;
  const parts: Readonly<Record<string, unknown>> = { ...error };
  if (!isProblemCode(parts.code)) return { message };
  const text = (name: string) => {
    const value = parts[name];
    return typeof value === 'string' ? value : undefined;
  };
  const problem: Problem = {
    message,
    code: parts.code,
    subject: text('subject') ?? text('backend'),
    expected: text('expected'),
    found: text('found'),
    reason: text('reason'),
    offset: typeof parts.offset === 'number' ? parts.offset : undefined,
  };
  return { ...problem, advice: text('advice') ?? text('fix') ?? adviceIn(problem) };
}

/** Some errors have it in their message alone. */
function adviceIn({ message, subject, expected, found }: Problem): string | undefined {
  const before = `${subject}: expected ${expected}, found ${found}; `;
  return message.startsWith(before) ? message.slice(before.length) : undefined;
}
