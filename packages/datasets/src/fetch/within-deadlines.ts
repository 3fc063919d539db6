import { MirrorFault } from './mirror-fault.js';

export interface Deadlines {
  readonly signal: AbortSignal | undefined;
  /** Until the end, at least 0. */
  readonly remainingMs: number;
  /** Between two calls of `heard`, or until the first. */
  readonly idleMs: number;
}

/** What the work listens to, and tells. */
export interface Exchange {
  readonly signal: AbortSignal;
  /** The other side gave a sign of life. */
  heard(): void;
}

/**
 * Runs work that ends when the caller aborts, when its time is over, or when nothing is heard for too long; at once, even if the work
 * does not heed its signal. AbortSignal.any and .timeout would be shorter, but a signal made of them can be collected before it fires
 * (nodejs/node issue 57736).
 *
 * @throws the caller's reason, MirrorFault for a deadline, or what the work throws
 */
export async function withinDeadlines<T>(
  { signal, remainingMs, idleMs }: Deadlines,
  work: (exchange: Exchange) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const leave = () => controller.abort(signal?.reason);
  let alive = false;
  // Who has not answered at all will hardly do so the next time.
  const stalled = () => new MirrorFault(`sent nothing for ${idleMs / 1000} s`, { passing: alive });
  const waitForLife = () => setTimeout(() => controller.abort(stalled()), idleMs);
  let idle = waitForLife();
  const heard = () => {
    alive = true;
    clearTimeout(idle);
    idle = waitForLife();
  };
  const tooSlow = () => new MirrorFault('did not send the file in time');
  const over = setTimeout(() => controller.abort(tooSlow()), remainingMs);
  signal?.addEventListener('abort', leave);
  const aborted = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason));
  });
  try {
    return await Promise.race([work({ signal: controller.signal, heard }), aborted]);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    signal?.removeEventListener('abort', leave);
    clearTimeout(idle);
    clearTimeout(over);
  }
}
