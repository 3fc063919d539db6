import type { CommonFlags } from '../options.js';

export interface DataFetchFlags extends CommonFlags {
  readonly out?: string;
  readonly offline?: boolean;
  readonly train?: number;
  readonly test?: number;
  readonly seed?: number;
  readonly raw?: boolean;
}

/** A file of a data set that is in its place. */
export interface Fetched {
  /** Name without `.gz`. */
  readonly file: string;
  readonly path: string;
  readonly bytes: number;
  /** Address of the mirror, `drawn`, or null if it was there already. */
  readonly from: string | null;
}
