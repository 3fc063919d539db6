import {
  BackendError,
  type BackendName,
  type Engine,
  openEngine,
  type Parameters,
  type Split,
} from '@softreg/backend';
import { examplesOf } from '@softreg/model';
import { inspectionOf } from './inspection.js';
import type { SessionData } from './load-data.js';
import type { Inspection } from './protocol.js';

const BACKENDS: readonly BackendName[] = ['simd', 'wasm', 'cpu'];

interface InspectionResult {
  readonly inspection: Inspection;
  /** Mean over all validation images, in nats. */
  readonly validationLoss: number;
  /** What it took, in milliseconds. */
  readonly duration: number;
}

/** Looks at what parameters make of the test images, on an engine of its own: that of the training is left alone. */
export class Inspector {
  private readonly data: Pick<SessionData, 'validation' | 'test'>;
  private readonly pixelScale: number;
  private readonly wasmFiles: string;
  private opened: Promise<OpenedInspector> | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    data: Pick<SessionData, 'validation' | 'test'>,
    pixelScale: number,
    wasmFiles: string,
  ) {
    this.data = data;
    this.pixelScale = pixelScale;
    this.wasmFiles = wasmFiles;
  }

  /** One after the other, however many are asked for. @param batchSize images a minibatch, for the tutorial's score */
  inspect(parameters: Parameters, batchSize: number): Promise<InspectionResult> {
    const result = this.last.then(() => this.inspectAlone(parameters, batchSize));
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Pixels of test images: indices.length x height x width. */
  pixelsOf(indices: ArrayLike<number>): Uint8Array {
    const { images, height, width } = this.data.test;
    const size = height * width;
    const pixels = new Uint8Array(indices.length * size);
    for (let i = 0; i < indices.length; i++) {
      const start = (indices[i] as number) * size;
      pixels.set(images.subarray(start, start + size), i * size);
    }
    return pixels;
  }

  private async inspectAlone(parameters: Parameters, batchSize: number): Promise<InspectionResult> {
    this.opened ??= this.open();
    const { engine, test, validation } = await this.opened;
    const began = performance.now();
    await engine.writeParameters(parameters);
    const probabilities = await engine.probabilities(test, { start: 0, end: test.count });
    const { loss } = await engine.lossAndGradient(validation, { start: 0, end: validation.count });
    const { labels, classes } = this.data.test;
    const inspection = inspectionOf(labels, probabilities, classes, batchSize);
    return { inspection, validationLoss: loss, duration: performance.now() - began };
  }

  private async open(): Promise<OpenedInspector> {
    const engine = await openFirst(BACKENDS, this.wasmFiles);
    const { test, validation } = this.data;
    return {
      engine,
      test: await engine.load(examplesOf(test, this.pixelScale)),
      validation: await engine.load(examplesOf(validation, this.pixelScale)),
    };
  }
}

interface OpenedInspector {
  readonly engine: Engine;
  readonly test: Split;
  readonly validation: Split;
}

/** The first that runs here, on one thread: the others are the training's. */
async function openFirst(
  [backend, ...others]: readonly BackendName[],
  wasmFiles: string,
): Promise<Engine> {
  try {
    return await openEngine(backend, { wasmFiles, threads: 1 });
  } catch (error) {
    if (others.length === 0 || !BackendError.isInstance(error)) throw error;
    return openFirst(others, wasmFiles);
  }
}
