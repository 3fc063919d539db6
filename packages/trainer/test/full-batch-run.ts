import {
  type FullBatchEvent,
  type FullBatchOptions,
  type FullBatchSettings,
  type FullBatchStopEvent,
  trainFullBatch,
} from '../src/index.js';

/** 36 of the 40 images. */
export const SETTINGS: FullBatchSettings = {
  method: 'cg',
  iterations: 300,
  batchSize: 6,
  l2: 0.05,
  gradientTolerance: 1e-5,
};

export async function eventsOf(options: FullBatchOptions): Promise<FullBatchEvent[]> {
  const events: FullBatchEvent[] = [];
  for await (const event of trainFullBatch(options)) events.push(event);
  return events;
}

export function stopOf(events: readonly FullBatchEvent[]): FullBatchStopEvent {
  const last = events.at(-1);
  if (last?.type !== 'stop') throw new Error(`the last event is ${last?.type}`);
  return last;
}
