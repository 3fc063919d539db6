import type { BackendName, Engine } from '../engine.js';
import { BackendError } from '../errors.js';
import type { Examples } from '../examples.js';
import type { OpenEngineOptions } from '../open-engine-options.js';
import { openTested } from '../openers.js';
import { selfTest } from '../self-test.js';
import { unavailable } from '../unavailable.js';

/**
 * Opens engines that share one device, and take their steps together: each step waits until all of the engines that are open have asked
 * for one, and those on the same rows of the same examples are one product with as many classes as the models have together. Examples
 * that several load, the same object with the same options, are on the device once.
 *
 * To be used by as many runs at a time as there are engines. One that asks for no further step holds the others up until it is closed: a
 * run closes its engine however it ends. Whatever is not a step waits for nobody. The last one that is closed frees the device.
 *
 * @param backend one on TensorFlow.js, which all are but `simd`
 * @param count 1 or more
 * @throws BackendError BACKEND_INVALID_ARGUMENT, BACKEND_UNKNOWN, or BACKEND_UNAVAILABLE with the reason
 */
export async function openWideEngines(
  backend: BackendName,
  count: number,
  options: OpenEngineOptions = {},
): Promise<Engine[]> {
  if (!(Number.isSafeInteger(count) && count > 0)) {
    throw new BackendError(
      'BACKEND_INVALID_ARGUMENT',
      `count: expected a number of engines, 1 or more, found ${count}`,
    );
  }
  if (backend === 'simd') {
    throw unavailable('simd', 'its kernel gains nothing from several models at once', {
      fix: 'open one engine for each',
    });
  }
  const tested = await openUntested(backend, count, options);
  const fault = await testTogether(tested);
  if (fault !== undefined) throw unavailable(backend, `side by side ${fault}`);
  // Others, that hold nothing of the test.
  return openUntested(backend, count, options);
}

async function openUntested(
  backend: BackendName,
  count: number,
  options: OpenEngineOptions,
): Promise<Engine[]> {
  const [{ wideEngines }, { WideDevice }] = [
    await import('./wide-engine.js'),
    await import('./wide-device.js'),
  ];
  return wideEngines(new WideDevice(await openTested(backend, options)), count);
}

/** On one object, so that the steps are wide. */
async function testTogether(engines: readonly Engine[]): Promise<string | undefined> {
  let same: Examples | undefined;
  const test = async (engine: Engine) => {
    const load = engine.load.bind(engine);
    engine.load = (examples, options) => {
      same ??= examples;
      return load(same, options);
    };
    try {
      return await selfTest(engine);
    } finally {
      engine.close();
    }
  };
  const faults = await Promise.all(engines.map(test));
  return faults.find((fault) => fault !== undefined);
}
