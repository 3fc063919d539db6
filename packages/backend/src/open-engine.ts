import { BACKEND_NAMES, type BackendName, type Engine } from './engine.js';
import { BackendError } from './errors.js';
import { selfTest } from './self-test.js';

export interface OpenEngineOptions {
  /** Threads to compute on. Neither engine so far takes more than 1. */
  threads?: number | undefined;
  /** In a page: the address, with a final slash, of the folder that serves the `.wasm` files of @tensorflow/tfjs-backend-wasm. */
  wasmFiles?: string | undefined;
  /** With `auto`: told of each candidate that cannot be used, and why. */
  onRejected?: (backend: BackendName, reason: string) => void;
}

/** An engine's code is loaded when it is asked for. */
const OPENERS: Readonly<Record<BackendName, (options: OpenEngineOptions) => Promise<Engine>>> = {
  wasm: async (options) => (await import('./tfjs/wasm.js')).openWasm(options),
  cpu: async (options) => (await import('./tfjs/cpu.js')).openCpu(options),
};

/**
 * Opens the engine of that name, or with `auto` the first that runs here and computes right numbers.
 *
 * @throws BackendError BACKEND_UNKNOWN, or BACKEND_UNAVAILABLE with the reason
 */
export async function openEngine(
  backend: BackendName | 'auto' = 'auto',
  options: OpenEngineOptions = {},
): Promise<Engine> {
  if (backend !== 'auto') return openTested(backend, options);
  const reasons: string[] = [];
  for (const candidate of BACKEND_NAMES) {
    try {
      return await openTested(candidate, options);
    } catch (error) {
      if (!BackendError.isInstance(error)) throw error;
      reasons.push(error.message);
      options.onRejected?.(candidate, error.message);
    }
  }
  throw new BackendError('BACKEND_UNAVAILABLE', `no backend can run here: ${reasons.join('; ')}`);
}

async function openTested(backend: BackendName, options: OpenEngineOptions): Promise<Engine> {
  if (!Object.hasOwn(OPENERS, backend)) {
    throw new BackendError(
      'BACKEND_UNKNOWN',
      `backend: expected auto, ${BACKEND_NAMES.join(' or ')}, found ${backend}`,
    );
  }
  const engine = await OPENERS[backend](options);
  const fault = await selfTest(engine);
  if (fault === undefined) return engine;
  engine.close();
  throw new BackendError('BACKEND_UNAVAILABLE', `backend ${backend}: ${fault}`);
}
