import type { Output } from './io.js';

const REDRAW_MS = 100;
const BAR_CELLS = 24;

/** A line at the bottom of the terminal. */
export interface StatusLine {
  /** To wait for it before work that lets nothing else happen. */
  load(): Promise<void>;
  /** Shows the text, which is made only where it is time to draw again. */
  draw(text: () => string): void;
  /** Takes it away, for other output; the next draw brings it back. */
  clear(): void;
  close(): Promise<void>;
}

/** Loads what draws at the first call: most runs have nothing to fetch. */
export function createStatusLine(output: Output): StatusLine {
  let loading: Promise<void> | undefined;
  let line: ReturnType<typeof import('log-update')['createLogUpdate']> | undefined;
  let drawn = Number.NEGATIVE_INFINITY;
  const load = async () => {
    const { createLogUpdate } = await import('log-update');
    line = createLogUpdate(output as NodeJS.WriteStream);
  };
  const loadOnce = () => {
    loading ??= load();
    return loading;
  };
  return {
    load: loadOnce,
    draw(text) {
      void loadOnce();
      const now = performance.now();
      if (line === undefined || now - drawn < REDRAW_MS) return;
      drawn = now;
      line(text());
    },
    clear() {
      line?.clear();
      drawn = Number.NEGATIVE_INFINITY;
    },
    async close() {
      await loading;
      line?.clear();
      line?.done();
    },
  };
}

/** @param share 0 to 1 */
export function bar(share: number): string {
  const full = Math.round(share * BAR_CELLS);
  return '█'.repeat(full) + '░'.repeat(BAR_CELLS - full);
}
