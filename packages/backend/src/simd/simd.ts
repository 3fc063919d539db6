import type { Engine } from '../engine.js';
import { isNode, processorCount, processorName } from '../node-only.js';
import type { OpenEngineOptions } from '../open-engine-options.js';
import { unavailable } from '../unavailable.js';
import { type CompiledKernel, compileKernel } from './compile-kernel.js';
import { NO_CREW, startCrew } from './crew.js';
import { instantiate } from './kernel.js';
import { SimdEngine } from './simd-engine.js';

/** A step of 600 images takes so little time that more threads would mostly wait for each other (docs/simd.md). */
const MAX_DEFAULT_THREADS = 8;
const MAX_THREADS = 256;

/**
 * Our own kernel: WebAssembly SIMD, on as many threads as the machine has processors, or as are asked for. Without shared memory it
 * runs on one.
 *
 * @throws BackendError BACKEND_UNAVAILABLE
 */
export async function openSimd({ threads }: OpenEngineOptions): Promise<Engine> {
  const count = await threadsFor(threads);
  const compiled = await compileKernel(count > 1);
  const memory = createMemory(count > 1);
  const crew = await startWorkers(compiled, memory, count - 1);
  const kernel = instantiate(compiled.module, memory);
  kernel.prepare(count);
  return new SimdEngine({
    kernel,
    memory,
    crew,
    maySleep: isNode() || !('document' in globalThis),
    description: describe(compiled, count),
    device: await processorName(),
  });
}

function describe({ isRelaxed }: CompiledKernel, threads: number): string {
  const fused = isRelaxed ? ' with fused multiply-add' : '';
  return `own kernel on WebAssembly SIMD${fused}, ${threads} thread${threads === 1 ? '' : 's'}`;
}

async function threadsFor(wanted: number | undefined): Promise<number> {
  if (wanted !== undefined && !(Number.isInteger(wanted) && wanted >= 1 && wanted <= MAX_THREADS)) {
    throw unavailable(
      'simd',
      `it runs on 1 to ${MAX_THREADS} threads, and ${wanted} were asked for`,
    );
  }
  if (!isNode() && (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== true) {
    if (wanted === undefined || wanted === 1) return 1;
    throw unavailable(
      'simd',
      'threads need shared memory, and this page is not cross-origin isolated',
      {
        fix: 'serve it with the headers COOP and COEP, or ask for one thread',
      },
    );
  }
  return wanted ?? Math.min(await processorCount(), MAX_DEFAULT_THREADS);
}

/** Shared memory reserves its maximum at once, which small machines refuse. */
function createMemory(isShared: boolean): WebAssembly.Memory {
  let cause: unknown;
  for (const maximum of [65536, 16384, 4096]) {
    try {
      return new WebAssembly.Memory({ initial: 1, maximum, shared: isShared });
    } catch (error) {
      cause = error;
    }
  }
  throw unavailable('simd', `there is no memory for it: ${(cause as Error).message}`, { cause });
}

async function startWorkers(
  { module }: CompiledKernel,
  memory: WebAssembly.Memory,
  workers: number,
) {
  if (workers === 0) return NO_CREW;
  try {
    return await startCrew({ module, memory }, workers);
  } catch (cause) {
    throw unavailable('simd', (cause as Error).message, { cause, fix: 'ask for one thread' });
  }
}
