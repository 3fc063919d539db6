import { BACKEND_NAMES, type BackendName, type Engine } from './engine.js';
import { BackendError } from './errors.js';
import { stepsPerSecond } from './measure.js';
import type { OpenEngineOptions } from './open-engine-options.js';
import { selfTest } from './self-test.js';

/** What was found out about a backend on this machine. */
export type BackendReport = {
  readonly backend: BackendName;
} & (
  | {
      readonly works: true;
      readonly description: string;
      readonly precision: Engine['precision'];
      /** Of the tutorial's size, timed for a moment. */
      readonly stepsPerSecond: number;
    }
  | { readonly works: false; readonly reason: string }
);

/** An engine's code is loaded when it is asked for. */
const OPENERS: Readonly<Record<BackendName, (options: OpenEngineOptions) => Promise<Engine>>> = {
  webgpu: async (options) => (await import('./tfjs/webgpu.js')).openWebgpu(options),
  webgl: async (options) => (await import('./tfjs/webgl.js')).openWebgl(options),
  wasm: async (options) => (await import('./tfjs/wasm.js')).openWasm(options),
  cpu: async (options) => (await import('./tfjs/cpu.js')).openCpu(options),
};

/**
 * Opens the engine of that name. With `auto` every backend is opened, tested and timed for a moment, and the fastest of those that
 * run here and compute right numbers is taken.
 *
 * @throws BackendError BACKEND_UNKNOWN, or BACKEND_UNAVAILABLE with the reason, with `auto` those of all
 */
export async function openEngine(
  backend: BackendName | 'auto' = 'auto',
  options: OpenEngineOptions = {},
): Promise<Engine> {
  if (backend !== 'auto') return openTested(backend, options);
  const reports = await probeBackends(options);
  const fastest = fastestOf(reports);
  if (fastest !== undefined) return OPENERS[fastest](options);
  const reasons = reports.flatMap((report) => (report.works ? [] : [report.reason]));
  throw new BackendError('BACKEND_UNAVAILABLE', `no backend can run here: ${reasons.join('; ')}`);
}

/** The fastest backend of those that work; undefined if none does. */
export function fastestOf(reports: readonly BackendReport[]): BackendName | undefined {
  const working = reports.filter((report) => report.works);
  return working.toSorted((a, b) => b.stepsPerSecond - a.stepsPerSecond)[0]?.backend;
}

/** Opens, tests and times each backend, and says of each that cannot be used why. In the order of {@link BACKEND_NAMES}. */
export async function probeBackends(options: OpenEngineOptions = {}): Promise<BackendReport[]> {
  const reports: BackendReport[] = [];
  for (const backend of BACKEND_NAMES) reports.push(await probe(backend, options));
  return reports;
}

async function probe(backend: BackendName, options: OpenEngineOptions): Promise<BackendReport> {
  let engine: Engine;
  try {
    engine = await openTested(backend, options);
  } catch (error) {
    if (!BackendError.isInstance(error)) throw error;
    return { backend, works: false, reason: error.message };
  }
  try {
    const { description, precision } = engine;
    const speed = await stepsPerSecond(engine);
    return { backend, works: true, description, precision, stepsPerSecond: speed };
  } finally {
    engine.close();
  }
}

async function openTested(backend: BackendName, options: OpenEngineOptions): Promise<Engine> {
  if (!Object.hasOwn(OPENERS, backend)) {
    const names = [...BACKEND_NAMES, 'auto'].join(', ');
    throw new BackendError(
      'BACKEND_UNKNOWN',
      `backend: expected one of ${names}, found ${backend}`,
    );
  }
  const tested = await OPENERS[backend](options);
  const fault = await selfTest(tested).finally(() => tested.close());
  if (fault !== undefined) {
    throw new BackendError('BACKEND_UNAVAILABLE', `backend ${backend}: ${fault}`);
  }
  // Another one, that holds nothing of the test.
  return OPENERS[backend](options);
}
