/** A run leaves the thread this often, so that signals, timers and a page's events get their turn. */
export const BREATH_MS = 100;

export function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
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
