import type { Examples } from '../examples.js';
import { FORMATS, type Format } from './format.js';
import type { Heap } from './heap.js';
import type { Finish, Kernel } from './kernel.js';

/** Indices of features, and of rows in a block, have two bytes. */
export const MAX_INDEX = 65536;
/** From this share of values that are not zero on, storing all of them makes for faster steps (docs/simd.md). */
const DENSE_FROM = 0.75;
const STAGE_BYTES = 1 << 20;
/** The kernel looks at 16 bytes at a time, also where fewer are left. */
const SLACK_BYTES = 16;

/** Examples in the kernel's memory. What is there by address has to be freed. */
export interface StoredExamples {
  readonly format: Format;
  /** Of one value, in bytes. */
  readonly valueBytes: 1 | 4;
  /** How many values are stored. */
  readonly entries: number;
  readonly labels: number;
  readonly values: number;
  /** Where each row's entries begin, and the feature of each; 0 where all values of a row are there. */
  readonly starts: number;
  readonly indices: number;
}

/**
 * Copies the examples into the kernel's memory: of each row the values that are not zero, with their features, or where many are not
 * zero, or features are too many for an index, all values.
 *
 * @throws BackendError BACKEND_OUT_OF_MEMORY, BACKEND_LOST
 */
export function storeExamples(
  kernel: Kernel,
  heap: Heap,
  finish: Finish,
  examples: Examples,
): StoredExamples {
  const { count, features } = examples;
  if (features > MAX_INDEX) return storeAll(heap, examples);
  const stage = new Stage(heap, examples);
  let starts = 0;
  let isUsed = false;
  try {
    starts = heap.allocate(4 * (count + 1));
    const entries = countEntries(kernel, finish, examples, stage, starts);
    if (entries >= DENSE_FROM * count * features) return storeAll(heap, examples);
    const stored = storeEntries(kernel, heap, finish, examples, stage, { starts, entries });
    isUsed = true;
    return stored;
  } finally {
    stage.close();
    if (!isUsed) heap.free(starts);
  }
}

export function freeExamples(
  heap: Heap,
  { labels, values, starts, indices }: StoredExamples,
): void {
  for (const at of [labels, values, starts, indices]) heap.free(at);
}

function storeAll(heap: Heap, examples: Examples): StoredExamples {
  const { count, features } = examples;
  const entries = count * features;
  const valueBytes = bytesOf(examples);
  const [labels, values] = heap.allocateAll([count, entries * valueBytes]) as [number, number];
  new Uint8Array(heap.memory.buffer).set(examples.labels, labels);
  copyRows(heap.memory, examples, 0, count, values);
  const format = valueBytes === 1 ? FORMATS.denseBytes : FORMATS.denseFloats;
  return { format, valueBytes, entries, labels, values, starts: 0, indices: 0 };
}

function storeEntries(
  kernel: Kernel,
  heap: Heap,
  finish: Finish,
  examples: Examples,
  stage: Stage,
  { starts, entries }: { starts: number; entries: number },
): StoredExamples {
  const { count, features } = examples;
  const valueBytes = bytesOf(examples);
  const format = sparseFormatOf(examples);
  const [labels, indices, values] = heap.allocateAll([
    count,
    2 * entries,
    valueBytes * entries,
  ]) as [number, number, number];
  new Uint8Array(heap.memory.buffer).set(examples.labels, labels);
  for (const { start, rows } of stage.parts()) {
    const own = starts + 4 * start;
    finish(kernel.indexEntries(format, stage.at, rows, features, own, indices, values));
  }
  return { format, valueBytes, entries, labels, values, starts, indices };
}

function countEntries(
  kernel: Kernel,
  finish: Finish,
  examples: Examples,
  stage: Stage,
  starts: number,
): number {
  const { count, features } = examples;
  const format = sparseFormatOf(examples);
  for (const { start, rows } of stage.parts()) {
    finish(kernel.countEntries(format, stage.at, rows, features, starts + 4 * start));
  }
  return kernel.addUp(starts, count) >>> 0;
}

function sparseFormatOf(examples: Examples): Format {
  return bytesOf(examples) === 1 ? FORMATS.sparseBytes : FORMATS.sparseFloats;
}

/** Where a few rows at a time are brought for the kernel to read them. */
class Stage {
  readonly at: number;
  private readonly heap: Heap;
  private readonly examples: Examples;
  private readonly atATime: number;
  private isFilled = false;

  /** @throws BackendError BACKEND_OUT_OF_MEMORY */
  constructor(heap: Heap, examples: Examples) {
    const rowBytes = examples.features * bytesOf(examples);
    this.heap = heap;
    this.examples = examples;
    this.atATime = Math.min(examples.count, Math.max(1, Math.floor(STAGE_BYTES / rowBytes)));
    this.at = heap.allocate(this.atATime * rowBytes + SLACK_BYTES);
  }

  /** All rows, some at a time, each time from `at` on. */
  *parts(): Generator<{ start: number; rows: number }, void, void> {
    const { count } = this.examples;
    for (let start = 0; start < count; start += this.atATime) {
      const rows = Math.min(this.atATime, count - start);
      this.fill(start, rows);
      yield { start, rows };
    }
  }

  close(): void {
    this.heap.free(this.at);
  }

  private fill(start: number, rows: number): void {
    const { heap, examples, at } = this;
    if (this.isFilled && rows === examples.count) return;
    copyRows(heap.memory, examples, start, rows, at);
    const end = at + rows * examples.features * bytesOf(examples);
    new Uint8Array(heap.memory.buffer, end, SLACK_BYTES).fill(0);
    this.isFilled = true;
  }
}

function copyRows(
  memory: WebAssembly.Memory,
  { values, scale, features }: Examples,
  start: number,
  rows: number,
  at: number,
): void {
  const cut = values.subarray(start * features, (start + rows) * features);
  if (cut instanceof Uint8Array) {
    new Uint8Array(memory.buffer).set(cut, at);
  } else {
    const target = new Float32Array(memory.buffer, at, cut.length);
    for (let i = 0; i < cut.length; i++) target[i] = (cut[i] as number) / scale;
  }
}

function bytesOf({ values }: Examples): 1 | 4 {
  return values instanceof Uint8Array ? 1 : 4;
}
