import type { Candidate } from './plan.js';
import type { Measured } from './rounds.js';
import type { Turn } from './take-turn.js';

/** A row of the result: medians over the rounds. */
export interface Row {
  readonly backend: Candidate['backend'];
  readonly threads: number | undefined;
  readonly device: string;
  readonly description: string;
  readonly epochsPerSecond: number;
  readonly least: number;
  readonly most: number;
  /** Of the speed of the fastest. */
  readonly ratio: number;
  readonly loadSeconds: number;
  readonly unit: Turn['unit'];
  /** How many epochs or steps were timed, in all rounds. */
  readonly count: number;
}

/** The fastest first. */
export function rowsOf(measured: readonly Measured[]): Row[] {
  const rows = measured.map(({ candidate: { backend, threads }, turns }) => {
    const [{ device, description, unit }] = turns as [Turn];
    const speeds = turns.map(({ epochsPerSecond }) => epochsPerSecond);
    return {
      backend,
      threads,
      device,
      description,
      epochsPerSecond: median(speeds),
      least: Math.min(...speeds),
      most: Math.max(...speeds),
      loadSeconds: median(turns.map(({ loadSeconds }) => loadSeconds)),
      unit,
      count: turns.reduce((sum, { count }) => sum + count, 0),
    };
  });
  const sorted = rows.toSorted((a, b) => b.epochsPerSecond - a.epochsPerSecond);
  const fastest = sorted[0]?.epochsPerSecond ?? 0;
  return sorted.map((row) => ({ ...row, ratio: row.epochsPerSecond / fastest }));
}

/** Of two in the middle, their mean. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}
