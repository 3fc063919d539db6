import type { BackendName, Engine } from './engine.js';
import { BackendError } from './errors.js';
import type { OpenEngineOptions } from './open-engine-options.js';
import { openTested } from './openers.js';
import { type BackendReport, fastestOf, probeBackends } from './probe.js';
import { keepVerdicts, keptVerdicts } from './verdicts.js';

/**
 * Opens the engine of that name. With `auto` every backend is opened, tested and timed for a moment, and the fastest of those that
 * run here and compute right numbers is taken.
 *
 * @throws BackendError BACKEND_UNKNOWN, or BACKEND_UNAVAILABLE with the reason and, where there is one, the fix
 */
export async function openEngine(
  backend: BackendName | 'auto' = 'auto',
  options: OpenEngineOptions = {},
): Promise<Engine> {
  return backend === 'auto' ? (await chooseEngine(options)).engine : openTested(backend, options);
}

export interface Choice {
  readonly engine: Engine;
  /** Of every backend that was tried: how fast it is, or why it lost. */
  readonly reports: readonly BackendReport[];
  /** When they were measured, if that was not now. */
  readonly keptSince: Date | undefined;
}

/**
 * Opens the fastest engine as `auto` does, and says how it was chosen. With `options.verdicts` what was measured is kept, for as long
 * as the machine and the software stay the same; the engine is tested at each start even so.
 *
 * @throws BackendError BACKEND_UNAVAILABLE with the reasons of all backends, which cannot be where plain JavaScript runs
 */
export async function chooseEngine(options: OpenEngineOptions = {}): Promise<Choice> {
  const kept = await keptVerdicts(options.verdicts);
  if (kept) {
    const engine = await openFastest(kept.reports, options).catch(() => undefined);
    if (engine) return { engine, reports: kept.reports, keptSince: kept.since };
  }
  const reports = await probeBackends(options);
  if (fastestOf(reports) === undefined && options.threads !== undefined) {
    return chooseEngine({ ...options, threads: undefined });
  }
  const engine = await openFastest(reports, options);
  // What was found under special wishes is no verdict on the machine.
  if (options.threads === undefined) await keepVerdicts(options.verdicts, reports);
  return { engine, reports, keptSince: undefined };
}

async function openFastest(
  reports: readonly BackendReport[],
  options: OpenEngineOptions,
): Promise<Engine> {
  const fastest = fastestOf(reports);
  if (fastest !== undefined) return openTested(fastest, options);
  const reasons = reports.flatMap((report) =>
    report.works ? [] : [`${report.backend}: ${report.reason}`],
  );
  throw new BackendError('BACKEND_UNAVAILABLE', `no backend can run here: ${reasons.join('; ')}`);
}
