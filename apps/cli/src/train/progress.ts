import type { TrainingEvent } from '@softreg/trainer';
import { percent } from '../format.js';
import type { Output } from '../io.js';
import { bar, createStatusLine } from '../status-line.js';

/** A line at the bottom of the terminal that tells how far a run is. */
export interface Progress {
  event(event: TrainingEvent): void;
  /** Takes the line away, for other output; the next event brings it back. */
  clear(): void;
  close(): Promise<void>;
}

/** Draws on a terminal; anywhere else it draws nothing. */
export async function createProgress(stderr: Output, wanted: boolean): Promise<Progress> {
  if (!wanted || !stderr.isTTY) return { event() {}, clear() {}, close: async () => undefined };
  const line = createStatusLine(stderr);
  await line.load();
  const start = performance.now();
  let done = 0;
  let best = '';
  return {
    event(event) {
      if (event.type === 'best') best = `  best ${percent(event.validation)}`;
      if (event.type !== 'minibatch') return;
      done += 1;
      line.draw(() => {
        const perMillisecond = done / (performance.now() - start);
        const { epoch, minibatch, minibatches, remaining } = event;
        const rate = ((1000 * perMillisecond) / minibatches).toFixed(1);
        const left = duration(remaining / perMillisecond);
        const at = `${String(minibatch).padStart(String(minibatches).length)}/${minibatches}`;
        return (
          `epoch ${epoch}  ${bar(minibatch / minibatches)}  ${at}  ` +
          `${rate} epochs/s  about ${left} left${best}`
        );
      });
    },
    clear: line.clear,
    close: line.close,
  };
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
