import type { Snapshot } from '../session/protocol.js';
import type { Shown } from './store.js';

/** Whether what is shown stays, whatever the run does. */
export function isKept(
  now: Shown | undefined,
  { phase, iterations, parameters, minibatches }: Snapshot,
): boolean {
  if (now === undefined || now.epoch === 'now') return now?.parameters === parameters;
  const { epoch } = now;
  if (typeof epoch === 'number') return phase !== 'ready' && epoch <= iterations / minibatches;
  const { features, classes } = now.parameters;
  const fits = features === parameters.features && classes === parameters.classes;
  return fits && (isOpened(now) || iterations === 0);
}

/** Whether it is a model that a user opened. */
export function isOpened(now: Shown | undefined): boolean {
  return now?.epoch === 'uploaded' || now?.epoch === 'linked';
}
