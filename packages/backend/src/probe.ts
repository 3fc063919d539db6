import { BACKEND_NAMES, type BackendName, type Engine } from './engine.js';
import { BackendError } from './errors.js';
import { stepsPerSecond } from './measure.js';
import type { OpenEngineOptions } from './open-engine-options.js';
import { openTested } from './openers.js';

/** What was found out about a backend on this machine. */
export type BackendReport = {
  readonly backend: BackendName;
} & (
  | {
      readonly works: true;
      readonly description: string;
      readonly device: string;
      readonly precision: Engine['precision'];
      readonly kernelsPerStep: number | undefined;
      /** Of the tutorial's size, 600 x 784 in 10 classes, timed for a moment. */
      readonly stepsPerSecond: number;
    }
  | {
      readonly works: false;
      readonly reason: string;
      /** What to do about it, where anything can be done. */
      readonly fix: string | undefined;
    }
);

/** A driver may hang; then the others still have their chance. */
const PATIENCE_MS = 30_000;

/** Opens, tests and times each backend, and says of each that cannot be used why. In the order of {@link BACKEND_NAMES}. */
export async function probeBackends(options: OpenEngineOptions = {}): Promise<BackendReport[]> {
  const reports: BackendReport[] = [];
  for (const backend of BACKEND_NAMES) {
    reports.push(await withinPatience(backend, probe(backend, options)));
  }
  return reports;
}

/** The fastest backend of those that work; undefined if none does. */
export function fastestOf(reports: readonly BackendReport[]): BackendName | undefined {
  const working = reports.filter((report) => report.works);
  return working.toSorted((a, b) => b.stepsPerSecond - a.stepsPerSecond)[0]?.backend;
}

async function probe(backend: BackendName, options: OpenEngineOptions): Promise<BackendReport> {
  try {
    const engine = await openTested(backend, options);
    try {
      const { description, device, precision, kernelsPerStep } = engine;
      const speed = await stepsPerSecond(engine);
      const found = { description, device, precision, kernelsPerStep, stepsPerSecond: speed };
      return { backend, works: true, ...found };
    } finally {
      engine.close();
    }
  } catch (error) {
    return { backend, works: false, ...lossOf(error) };
  }
}

/** Whatever a driver or a library throws is a reason to take another backend, and none to give up. */
function lossOf(error: unknown): { reason: string; fix: string | undefined } {
  if (BackendError.isInstance(error)) return { reason: error.reason, fix: error.fix };
  const message = error instanceof Error ? error.message : String(error);
  return { reason: `it failed: ${message.split('\n', 1)[0]}`, fix: undefined };
}

async function withinPatience(
  backend: BackendName,
  probing: Promise<BackendReport>,
): Promise<BackendReport> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<BackendReport>((resolve) => {
    timer = setTimeout(() => {
      const reason = `it gave no answer within ${PATIENCE_MS / 1000} seconds`;
      resolve({ backend, works: false, reason, fix: undefined });
    }, PATIENCE_MS);
  });
  return Promise.race([probing, silence]).finally(() => clearTimeout(timer));
}
