import type { Examples } from '@softreg/backend';

/** Examples that are read as they are needed, a minibatch at a time: a set that memory does not hold. */
export interface ExampleStream {
  readonly count: number;
  readonly features: number;
  readonly classes: number;
  /**
   * The minibatches of one epoch from number `first` on, counted from 0, each of `size` examples; those that fill no whole minibatch
   * are left out. The same arguments give the same minibatches. A loop that is left early frees what is open.
   *
   * @param seed of the epoch's order, a whole number from 0 to 2^32 - 1; undefined for the order of the file
   */
  minibatches(
    size: number,
    first: number,
    seed: number | undefined,
  ): AsyncIterator<Examples, void, void>;
}

export function isStream(data: Examples | ExampleStream): data is ExampleStream {
  return 'minibatches' in data;
}
