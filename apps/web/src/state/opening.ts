import { signal } from '@preact/signals';
import type { DataSource } from '../session/protocol.js';

/** Data that is on its way. */
export interface Opening {
  readonly kind: DataSource['kind'];
  /** Of what is downloaded, whole percents; undefined where nothing is, or has begun. */
  readonly percent: number | undefined;
  cancel(): void;
}

export const opening = signal<Opening | undefined>(undefined);

/** Minibatches that were set to have more images than the data has. */
export const smallerMinibatches = signal<SmallerMinibatches | undefined>(undefined);

export interface SmallerMinibatches {
  readonly wanted: number;
  readonly taken: number;
}

/** Tells of the work while it lasts. @param open rejects with the signal's reason when it is cancelled */
export async function whileOpening(
  kind: DataSource['kind'],
  open: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stopping = new AbortController();
  opening.value = { kind, percent: undefined, cancel: () => stopping.abort() };
  try {
    await open(stopping.signal);
  } finally {
    opening.value = undefined;
  }
}

/** Whether it is what a cancelled opening rejects with. */
export function isCancelled(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** @param share of the data that is here, 0 to 1 */
export function noteShare(share: number): void {
  const now = opening.value;
  if (now !== undefined) opening.value = { ...now, percent: Math.floor(100 * share) };
}

/** What the size of minibatches was before data made it smaller. */
export function wantedMinibatch(size: number): number {
  const smaller = smallerMinibatches.value;
  return smaller?.taken === size ? smaller.wanted : size;
}

export function noteMinibatch(wanted: number, taken: number): void {
  smallerMinibatches.value = wanted === taken ? undefined : { wanted, taken };
}
