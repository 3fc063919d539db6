/** How far a download is. */
export interface FetchProgress {
  readonly phase: 'connect' | 'download' | 'verify' | 'save';
  /** Name without `.gz`. */
  readonly file: string;
  readonly mirror: string;
  /** Request to this mirror for this file, from 1. */
  readonly attempt: number;
  /** Bytes of the `.gz` that are there, those of earlier attempts too. */
  readonly loaded: number;
  /** Undefined where the mirror does not say. */
  readonly total: number | undefined;
}

/** A mirror failed in a way that may pass: it is asked again after a wait. */
export interface FetchRetry {
  readonly phase: 'retry';
  readonly file: string;
  readonly mirror: string;
  readonly reason: string;
  readonly waitMs: number;
}

/** A file that is there failed its check: it is fetched again. */
export interface DamagedFileFound {
  readonly phase: 'damaged';
  readonly file: string;
  readonly path: string;
  readonly reason: string;
}

/** A file is good but could not be kept: the next use fetches it again. It happens in browsers alone. */
export interface FileNotKept {
  readonly phase: 'unkept';
  readonly file: string;
  readonly reason: string;
}

export type FetchEvent = FetchProgress | FetchRetry | DamagedFileFound | FileNotKept;
