import { required } from '@softreg/testkit';
import { test } from 'vitest';
import { type BackendName, type OpenEngineOptions, openEngine } from '../src/index.js';

/** Whether a backend runs here. If not, that is said, and is a failure where SOFTREG_REQUIRE names it. */
export async function needBackend(
  backend: BackendName & ('webgpu' | 'tensorflow'),
  options: OpenEngineOptions = {},
): Promise<boolean> {
  const missing = await openEngine(backend, options).then(
    (engine) => engine.close(),
    (error: Error) => error.message,
  );
  if (missing === undefined) return true;
  if (required(backend)) throw new Error(`SOFTREG_REQUIRE names ${backend}, but ${missing}`);
  test.skip(`${backend} in Node: ${missing}`, () => undefined);
  process.stderr.write(`SKIPPED, ${backend} in Node: ${missing}\n`);
  return false;
}
