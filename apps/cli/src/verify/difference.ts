import type { EpochEvent, StopEvent } from '@softreg/trainer';
import { parametersHash } from '../train/parameters-hash.js';
import { endOf, type Receipt } from '../train/receipt.js';

/** What of a run came out different. */
export interface Difference {
  /** The first epoch that differs; undefined if that is not known. */
  readonly epoch: number | undefined;
  /** For a person to read. */
  readonly where: string;
  readonly expected: string;
  readonly found: string;
}

/** @returns nothing, too, for an epoch that the receipt does not know */
export function differenceAtEpoch(
  { epoch, parameters }: EpochEvent,
  { epochs }: Receipt,
): Difference | undefined {
  const known = epochs.find((each) => each.epoch === epoch);
  if (known === undefined) return undefined;
  return differenceBetween(known.parameters, parametersHash(parameters), epoch, `epoch ${epoch}`);
}

export function differenceAtEnd(stop: StopEvent, { end }: Receipt): Difference | undefined {
  const found = endOf(stop);
  const { epochs } = stop;
  const place = `the end, in epoch ${epochs}`;
  return (
    differenceBetween(
      `${end.iterations} minibatches`,
      `${found.iterations} minibatches`,
      undefined,
      place,
    ) ??
    differenceBetween(end.parameters, found.parameters, epochs, place) ??
    differenceBetween(
      end.best ?? 'none',
      found.best ?? 'none',
      undefined,
      `${place}, best parameters`,
    )
  );
}

function differenceBetween(
  expected: string,
  found: string,
  epoch: number | undefined,
  where: string,
): Difference | undefined {
  return expected === found ? undefined : { epoch, where, expected, found };
}
