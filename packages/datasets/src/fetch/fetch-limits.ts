/** How patient a download is. */
export interface FetchLimits {
  /** Requests for one file to one mirror, redirects not counted; at least 1. */
  readonly attempts: number;
  /** Redirects that one request may follow. */
  readonly redirects: number;
  /** For one file from one mirror: all attempts, and the waits between them. */
  readonly deadlineMs: number;
  /** Without a byte. */
  readonly idleMs: number;
  /** Before the second attempt, if the mirror names no time; twice as long before each further one. */
  readonly retryDelayMs: number;
  /** The longest wait between two attempts, whatever the mirror asks for. */
  readonly maxRetryDelayMs: number;
}

/** 26 MB in 10 minutes is a line of 350 kbit/s. */
export const DEFAULT_LIMITS: FetchLimits = {
  attempts: 3,
  redirects: 5,
  deadlineMs: 600_000,
  idleMs: 30_000,
  retryDelayMs: 500,
  maxRetryDelayMs: 30_000,
};
