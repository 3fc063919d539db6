import type { FileFault } from './file-fault.js';

/** Why a mirror gave no file. The message is a clause that follows the mirror's name. */
export class MirrorFault extends Error {
  /** Whether another attempt may do better. */
  readonly passing: boolean;
  /** What the mirror asks for before another attempt. */
  readonly retryAfterMs: number | undefined;

  constructor(
    clause: string,
    {
      passing = false,
      retryAfterMs,
    }: { passing?: boolean; retryAfterMs?: number | undefined } = {},
  ) {
    super(clause);
    this.passing = passing;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What a connection that was there and broke answers with: the next one may hold. */
const PASSING = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'UND_ERR_SOCKET'];

/** The fault for an error of `fetch` before an answer came. */
export function notReached(error: unknown): MirrorFault {
  if (error instanceof MirrorFault) return error;
  return new MirrorFault(`could not be reached (${codeOf(error)})`, { passing: isPassing(error) });
}

/** Whether it was a connection that broke. A page never knows. */
export function isPassing(error: unknown): boolean {
  return PASSING.includes(codeOf(error));
}

/** The fault for an error while the body was read. */
export function brokeOff(error: unknown, loaded: number): MirrorFault {
  return new MirrorFault(`broke off after ${loaded} bytes (${codeOf(error)})`, { passing: true });
}

/** The fault for a whole file that is not the right one. */
export function wrongContent({ status, headers }: Response, fault: FileFault): MirrorFault {
  const page = headers.get('content-type')?.startsWith('text/html');
  const what = fault.kind === 'other data' ? fault.kind : page ? 'a web page' : 'a damaged file';
  const clause = `sent ${what} (expected ${fault.expected}, found ${fault.found})`;
  // Of parts that do not fit together the whole may be good.
  return new MirrorFault(clause, { passing: status === 206 });
}

/** In Node `fetch` says no more than `fetch failed`, and what happened is the cause. A page is not told what happened. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause: Error & { code?: unknown } = error.cause instanceof Error ? error.cause : error;
  return typeof cause.code === 'string' ? cause.code : cause.message;
}
