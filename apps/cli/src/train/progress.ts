import type { TrainingEvent } from '@softreg/trainer';
import { percent } from '../format.js';
import type { Output } from '../io.js';

const REDRAW_MS = 100;
const BAR_CELLS = 24;

/** A line at the bottom of the terminal that tells how far a run is. */
export interface Progress {
  event(event: TrainingEvent): void;
  /** Takes the line away, for other output; the next event brings it back. */
  clear(): void;
  close(): void;
}

/** Draws on a terminal; anywhere else it draws nothing. */
export async function createProgress(stderr: Output, wanted: boolean): Promise<Progress> {
  if (!wanted || !stderr.isTTY) return { event() {}, clear() {}, close() {} };
  // It takes longer to load than all other code of a run together.
  const { createLogUpdate } = await import('log-update');
  const line = createLogUpdate(stderr as NodeJS.WriteStream);
  const start = performance.now();
  let drawn = Number.NEGATIVE_INFINITY;
  let done = 0;
  let best = '';
  return {
    event(event) {
      if (event.type === 'best') best = `  best ${percent(event.validation)}`;
      if (event.type !== 'minibatch') return;
      done += 1;
      const now = performance.now();
      if (now - drawn < REDRAW_MS) return;
      drawn = now;
      const perMillisecond = done / (now - start);
      const { epoch, minibatch, minibatches, remaining } = event;
      const rate = ((1000 * perMillisecond) / minibatches).toFixed(1);
      const left = duration(remaining / perMillisecond);
      const at = `${String(minibatch).padStart(String(minibatches).length)}/${minibatches}`;
      line(
        `epoch ${epoch}  ${bar(minibatch / minibatches)}  ${at}  ` +
          `${rate} epochs/s  about ${left} left${best}`,
      );
    },
    clear() {
      line.clear();
      drawn = Number.NEGATIVE_INFINITY;
    },
    close() {
      line.clear();
      line.done();
    },
  };
}

export function bar(share: number): string {
  const full = Math.round(share * BAR_CELLS);
  return '█'.repeat(full) + '░'.repeat(BAR_CELLS - full);
}

/** `1:05` or `1:02:03`. */
function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  const pad = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0
    ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}`
    : `${minutes}:${pad(seconds % 60)}`;
}
