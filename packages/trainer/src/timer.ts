/** A run leaves the thread this often, so that signals, timers and a page's events get their turn. */
export const BREATH_MS = 100;

interface NodeTimers {
  setImmediate?: (callback: () => void) => unknown;
}

/** Node has a way that does not wait: a timer takes a millisecond. */
const { setImmediate: nextTurn = setTimeout } = globalThis as NodeTimers;

export function breath(): Promise<void> {
  return new Promise((resolve) => nextTurn(resolve));
}

export function startTimer() {
  let start = Date.now();
  return {
    elapsed: () => Date.now() - start,
    restart: () => {
      start = Date.now();
    },
  };
}
