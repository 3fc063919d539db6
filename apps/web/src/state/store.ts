import { computed, signal } from '@preact/signals';
import type { BackendReport, Parameters } from '@softreg/backend';
import type { SoftmaxRegression } from '@softreg/model';
import { type Curves, NO_CURVES } from '../curves/curve-history.js';
import { type Problem, problemOf } from '../problems/problem.js';
import { SessionClosed } from '../session/client.js';
import type { DataSource, Inspection, Snapshot } from '../session/protocol.js';
import { DEFAULTS, type PageSettings } from '../settings/page-settings.js';
import type { UrlProblem } from '../settings/settings-in-url.js';
import { isCancelled } from './opening.js';

/** What the page shows. */
export const settings = signal<PageSettings>(DEFAULTS);
export const urlProblems = signal<readonly UrlProblem[]>([]);
export const snapshot = signal<Snapshot | undefined>(undefined);
/** What went wrong last. */
export const problem = signal<Problem | undefined>(undefined);

/** Whether there is a session to ask. */
export const isOpen = computed(() => snapshot.value !== undefined);
export const isPlaying = computed(() => snapshot.value?.phase === 'playing');

/** What the page tells of by itself, newest first: for a person to read, not an error. */
export const notice = signal<Notice | undefined>(undefined);

/** The data of the session; another object whenever it is opened anew, but not where a worker is replaced. */
export const openedData = signal<DataSource>({ kind: 'digits' });

/** The points of the run so far. */
export const curves = signal<Curves>(NO_CURVES);

/** What the newest parameters make of the test images. */
export const newestInspection = signal<Inspection | undefined>(undefined);

/** The parameters that the page shows and reads drawings with; undefined until a session is open. */
export const shown = signal<Shown | undefined>(undefined);

export interface Shown {
  readonly parameters: Parameters;
  /** A place of the run, or `now`, which follows it; `pretrained` gives way to `now` once the run has begun. */
  readonly epoch: number | 'now' | 'pretrained' | OpenedFrom;
  /** What its file said of how the model came to be. */
  readonly receipt?: SoftmaxRegression['receipt'];
  /** Of its file. */
  readonly name?: string;
}

/** Where a model that a user opened is from. */
export type OpenedFrom = 'uploaded' | 'linked';

/** What can compute in this browser, once it is measured. */
export const reports = signal<readonly BackendReport[] | undefined>(undefined);

export type Notice =
  | {
      readonly kind: 'backend-lost';
      readonly lost: string;
      readonly next: string;
      readonly reason: string;
    }
  | { readonly kind: 'worker-replaced' | 'worker-failed'; readonly reason: string };

export function report(error: unknown): void {
  // A notice tells what became of the session.
  if (error instanceof SessionClosed || isCancelled(error)) return;
  problem.value = problemOf(error);
}
