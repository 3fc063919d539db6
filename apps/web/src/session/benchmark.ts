import { type BackendName, openEngine, zeroParameters } from '@softreg/backend';
import { examplesOf } from '@softreg/model';
import { PIXEL_SCALE } from '../settings/page-settings.js';
import type { SessionData } from './load-data.js';
import type { BenchmarkResult } from './protocol.js';

const WARM_STEPS = 3;
const MEASURED_MS = 1000;

/** Epochs a second of training alone, on one backend after the other; each result is told as it comes. */
export async function benchmark(
  { train }: SessionData,
  batchSize: number,
  backends: readonly BackendName[],
  wasmFiles: string,
  tell: (result: BenchmarkResult) => void,
): Promise<void> {
  const examples = examplesOf(train, PIXEL_SCALE);
  for (const backend of backends) {
    try {
      const engine = await openEngine(backend, { wasmFiles });
      try {
        tell({ backend, epochsPerSecond: await measure(engine, examples, batchSize) });
      } finally {
        engine.close();
      }
    } catch (error) {
      tell({ backend, reason: (error as Error).message });
    }
  }
}

async function measure(
  engine: Awaited<ReturnType<typeof openEngine>>,
  examples: ReturnType<typeof examplesOf>,
  batchSize: number,
): Promise<number> {
  const minibatches = Math.floor(examples.count / batchSize);
  const split = await engine.load(examples, { minibatch: batchSize });
  await engine.writeParameters(zeroParameters(examples.features, examples.classes));
  const step = (number: number) => {
    const start = (number % minibatches) * batchSize;
    return engine.step(split, { start, end: start + batchSize }, { learningRate: 0.13 });
  };
  // Every minibatch is laid out before, and programs are compiled.
  for (let i = 0; i < Math.max(WARM_STEPS, minibatches); i++) await step(i);
  await engine.readRunningLoss();
  const began = performance.now();
  let steps = 0;
  while (performance.now() - began < MEASURED_MS) {
    for (let i = 0; i < 10; i++) await step(steps++);
  }
  // What was begun is done when its result is here.
  await engine.readRunningLoss();
  return (1000 * steps) / minibatches / (performance.now() - began);
}
