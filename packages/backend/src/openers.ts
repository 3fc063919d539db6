import { BACKEND_NAMES, type BackendName, type Engine } from './engine.js';
import { BackendError } from './errors.js';
import type { OpenEngineOptions } from './open-engine-options.js';
import { selfTest } from './self-test.js';

/** An engine's code is loaded when it is asked for. */
const OPENERS: Readonly<Record<BackendName, (options: OpenEngineOptions) => Promise<Engine>>> = {
  cuda: async (options) => (await import('./tfjs/tensorflow.js')).openCuda(options),
  tensorflow: async (options) => (await import('./tfjs/tensorflow.js')).openTensorflow(options),
  webgpu: async (options) => (await import('./tfjs/webgpu.js')).openWebgpu(options),
  webgl: async (options) => (await import('./tfjs/webgl.js')).openWebgl(options),
  simd: async (options) => (await import('./simd/simd.js')).openSimd(options),
  wasm: async (options) => (await import('./tfjs/wasm.js')).openWasm(options),
  cpu: async (options) => (await import('./tfjs/cpu.js')).openCpu(options),
};

/**
 * Opens the engine of that name, if it computes right numbers.
 *
 * @throws BackendError BACKEND_UNKNOWN, or BACKEND_UNAVAILABLE with the reason
 */
export async function openTested(
  backend: BackendName,
  options: OpenEngineOptions,
): Promise<Engine> {
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
    throw new BackendError('BACKEND_UNAVAILABLE', fault, {
      backend,
      fix: 'update the driver of the device, or use another backend',
    });
  }
  // Another one, that holds nothing of the test.
  return OPENERS[backend](options);
}
