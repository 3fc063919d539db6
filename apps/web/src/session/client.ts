import * as Comlink from 'comlink';
import { carryProblems } from '../problems/crossing.js';
import type { SessionEvents } from './protocol.js';
import type { SessionWorker } from './session-worker.js';

export interface SessionClient {
  /** Calls that have no answer yet are rejected with {@link SessionClosed} when it is closed or found dead, as are later ones. */
  readonly session: Comlink.Remote<SessionWorker>;
  close(): void;
}

/** There is no worker to answer any more. The message says why. */
export class SessionClosed extends Error {}

carryProblems();

const ASK_EVERY_MS = 2000;
/** To draw digits or to compile for a graphics card takes seconds. */
const PATIENCE_MS = 20_000;
/** A page that was asleep finds its timer due, and the answer still on its way: however long it slept, no more than this is counted. */
const MOST_AT_ONCE_MS = PATIENCE_MS / 2;

/**
 * Starts a worker to train in.
 *
 * @param onDead told once, why, when the worker has failed or does not answer any more; it is closed by then
 */
export function startSession(onDead: (reason: string) => void): SessionClient {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const remote = Comlink.wrap<SessionWorker>(worker);
  const calls = new PendingCalls();
  const close = (reason = 'the session is closed') => {
    clearInterval(timer);
    worker.terminate();
    calls.end(new SessionClosed(reason));
  };
  const die = (reason: string) => {
    if (calls.isOver) return;
    close(reason);
    onDead(reason);
  };
  worker.addEventListener('error', (event) => die(event.message || 'it failed to start'));
  let isAsked = false;
  let waited = 0;
  let last = performance.now();
  const watch = () => {
    const now = performance.now();
    if (isAsked) {
      waited += Math.min(now - last, MOST_AT_ONCE_MS);
      if (waited >= PATIENCE_MS) die(`no answer for ${PATIENCE_MS / 1000} s`);
    } else {
      isAsked = true;
      waited = 0;
      void remote.isAlive().then(() => {
        isAsked = false;
      });
    }
    last = now;
  };
  const timer = setInterval(watch, ASK_EVERY_MS);
  return { session: calls.of(remote), close: () => close() };
}

/** Functions cross to the worker by reference. */
export function proxied(events: SessionEvents): SessionEvents & Comlink.ProxyMarked {
  return Comlink.proxy(events);
}

/** A worker that is gone answers nothing: whoever waits for it is to know. */
class PendingCalls {
  private readonly waiting = new Set<(reason: SessionClosed) => void>();
  private closed: SessionClosed | undefined;

  get isOver(): boolean {
    return this.closed !== undefined;
  }

  /** What is asked of the worker, as far as it answers. */
  of(remote: Comlink.Remote<SessionWorker>): Comlink.Remote<SessionWorker> {
    return new Proxy(remote, {
      get: (target, name) => {
        // It is no promise, however it is passed on.
        if (name === 'then') return undefined;
        return (...asked: never[]) => this.answer(() => Reflect.get(target, name)(...asked));
      },
    });
  }

  end(reason: SessionClosed): void {
    this.closed ??= reason;
    for (const reject of this.waiting) reject(this.closed);
    this.waiting.clear();
  }

  private answer<T>(ask: () => Promise<T>): Promise<T> {
    if (this.closed) return Promise.reject(this.closed);
    return new Promise((resolve, reject) => {
      this.waiting.add(reject);
      ask()
        .then(resolve, reject)
        .finally(() => this.waiting.delete(reject));
    });
  }
}
