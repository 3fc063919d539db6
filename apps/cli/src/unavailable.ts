import { BackendError, type BackendReport } from '@softreg/backend';

/** A backend that cannot be used. */
export interface Unavailable {
  readonly backend: string;
  readonly reason: string;
  readonly fix: string | undefined;
}

export function unavailableOf(reports: readonly BackendReport[]): Unavailable[] {
  return reports.filter((report) => !report.works);
}

/** Whatever a driver or a library throws is a reason to leave a backend out. */
export function unavailableBy(error: unknown, backend: string): Unavailable {
  if (BackendError.isInstance(error)) return { backend, reason: error.reason, fix: error.fix };
  const message = error instanceof Error ? error.message : String(error);
  return { backend, reason: `it failed: ${message.split('\n', 1)[0]}`, fix: undefined };
}

/** Each with its reason and its fix, below an empty line; nothing if there are none. */
export function unavailableLines(unavailable: readonly Unavailable[]): string[] {
  const width = Math.max(0, ...unavailable.map(({ backend }) => backend.length));
  return [
    ...(unavailable.length > 0 ? [''] : []),
    ...unavailable.flatMap(({ backend, reason, fix }) => [
      `${backend.padEnd(width)}  no: ${reason}`,
      ...(fix === undefined ? [] : [`${' '.repeat(width)}  fix: ${fix}`]),
    ]),
  ];
}
