import * as Comlink from 'comlink';
import type { SessionEvents } from './protocol.js';
import type { SessionWorker } from './session-worker.js';

export interface SessionClient {
  readonly session: Comlink.Remote<SessionWorker>;
  close(): void;
}

const ASK_EVERY_MS = 2000;
/** To draw digits or to compile for a graphics card takes seconds. */
const PATIENCE_MS = 20_000;

/**
 * Starts a worker to train in.
 *
 * @param onDead told once, why, when the worker has failed or does not answer any more; it is closed by then
 */
export function startSession(onDead: (reason: string) => void): SessionClient {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const session = Comlink.wrap<SessionWorker>(worker);
  let isOver = false;
  let deadline: ReturnType<typeof setTimeout> | undefined;
  const close = () => {
    isOver = true;
    clearTimeout(deadline);
    worker.terminate();
  };
  const die = (reason: string) => {
    if (isOver) return;
    close();
    onDead(reason);
  };
  worker.addEventListener('error', (event) => die(event.message || 'it failed to start'));
  const ask = async () => {
    if (isOver) return;
    deadline = setTimeout(() => die(`no answer for ${PATIENCE_MS / 1000} s`), PATIENCE_MS);
    await session.isAlive();
    clearTimeout(deadline);
    setTimeout(ask, ASK_EVERY_MS);
  };
  void ask();
  return { session, close };
}

/** Functions cross to the worker by reference. */
export function proxied(events: SessionEvents): SessionEvents & Comlink.ProxyMarked {
  return Comlink.proxy(events);
}
