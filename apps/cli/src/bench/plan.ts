import { availableParallelism } from 'node:os';
import { BACKEND_NAMES, type BackendName, type BackendReport } from '@softreg/backend';
import type { DataFlags } from '../dataset.js';
import { UsageError } from '../usage-error.js';

export interface BenchFlags extends DataFlags {
  readonly backend?: readonly string[];
  readonly threads?: readonly number[];
  readonly seconds?: number;
  readonly rounds?: number;
}

export interface Plan {
  /** Undefined: all that run here. */
  readonly backends: readonly BackendName[] | undefined;
  /** Of `simd`; undefined: what is interesting on this machine. */
  readonly threads: readonly number[] | undefined;
  /** For each measurement. */
  readonly seconds: number;
  readonly rounds: number;
}

/** @throws UsageError */
export function planOf({ backend, threads, seconds = 3, rounds = 3 }: BenchFlags): Plan {
  if (!(seconds > 0 && Number.isFinite(seconds))) {
    throw new UsageError(`--seconds: expected a number above 0, found ${seconds}`);
  }
  const backends = backend && [...new Set(backend.map(knownBackend))];
  if (threads && backends && !backends.includes('simd')) {
    throw new UsageError(
      `--threads: expected simd among the backends, which alone takes a number, ` +
        `found ${backends.join(', ')}`,
    );
  }
  return { backends, threads: threads && [...new Set(threads)], seconds, rounds };
}

function knownBackend(name: string): BackendName {
  const known = BACKEND_NAMES.find((backend) => backend === name);
  if (known !== undefined) return known;
  throw new UsageError(
    `--backend: expected one of ${BACKEND_NAMES.join(', ')}, found ${name || 'no name'}`,
  );
}

/** An engine to measure. */
export interface Candidate {
  readonly backend: BackendName;
  readonly threads: number | undefined;
  /** Whether the user asked for it by name: then that it cannot run is an error. */
  readonly isNamed: boolean;
}

export function namedCandidates({ backends, threads }: Plan): Candidate[] {
  return (backends ?? []).flatMap((backend) => candidatesOf(backend, threads, true));
}

export function workingCandidates(
  reports: readonly BackendReport[],
  { threads }: Plan,
): Candidate[] {
  return reports.flatMap(({ backend, works }) =>
    works ? candidatesOf(backend, threads, threads !== undefined && backend === 'simd') : [],
  );
}

function candidatesOf(
  backend: BackendName,
  threads: readonly number[] | undefined,
  isNamed: boolean,
): Candidate[] {
  if (backend !== 'simd') return [{ backend, threads: undefined, isNamed }];
  return (threads ?? usualThreads()).map((count) => ({ backend, threads: count, isNamed }));
}

/** One, and as many as `simd` takes where it is not told. */
function usualThreads(): number[] {
  return [...new Set([1, Math.min(availableParallelism(), 8)])];
}

/** For a person to read. */
export function nameOf({ backend, threads }: Candidate): string {
  if (threads === undefined) return backend;
  return `${backend} on ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
}
