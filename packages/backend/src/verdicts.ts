import { BACKEND_NAMES } from './engine.js';
import { machineKey } from './machine-key.js';
import type { VerdictStore } from './open-engine-options.js';
import type { BackendReport } from './probe.js';

export interface KeptVerdicts {
  readonly since: Date;
  readonly reports: readonly BackendReport[];
}

/** Drivers and machines change in ways that no key tells of. */
const KEPT_FOR_MS = 30 * 24 * 3600 * 1000;

/** What was found out before, if this is still the same machine with the same software. A store that fails is as good as none. */
export async function keptVerdicts(
  store: VerdictStore | undefined,
): Promise<KeptVerdicts | undefined> {
  if (store === undefined) return undefined;
  try {
    const { key, since, reports } = JSON.parse((await store.read()) ?? 'null') ?? {};
    const age = Date.now() - Date.parse(since);
    if (key !== (await machineKey()) || !(age >= 0 && age < KEPT_FOR_MS)) return undefined;
    return isReports(reports) ? { since: new Date(since), reports } : undefined;
  } catch {
    return undefined;
  }
}

export async function keepVerdicts(
  store: VerdictStore | undefined,
  reports: readonly BackendReport[],
): Promise<void> {
  if (store === undefined) return;
  const verdicts = { key: await machineKey(), since: new Date(), reports };
  await store.write(`${JSON.stringify(verdicts, undefined, 2)}\n`).catch(() => undefined);
}

function isReports(value: unknown): value is BackendReport[] {
  return (
    Array.isArray(value) &&
    value.length === BACKEND_NAMES.length &&
    value.every(
      (report, i) =>
        report?.backend === BACKEND_NAMES[i] &&
        (report.works ? report.stepsPerSecond > 0 : typeof report.reason === 'string'),
    )
  );
}
