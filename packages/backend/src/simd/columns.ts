import type { Heap } from './heap.js';
import type { Kernel } from './kernel.js';
import type { StoredExamples } from './store-examples.js';

/** The entries of a block of rows by feature, in the kernel's memory. */
export interface BlockColumns {
  readonly starts: number;
  /** Of each entry: its row, counted from the first of the block. */
  readonly rows: number;
  readonly values: number;
}

/** The entries of sparse examples by column, block by block of so many rows, each laid out when it is first asked for. */
export class Columns {
  readonly blockRows: number;
  private readonly kernel: Kernel;
  private readonly heap: Heap;
  private readonly examples: StoredExamples;
  private readonly features: number;
  private readonly count: number;
  private readonly starts: number;
  private readonly rows: number;
  private readonly values: number;
  private readonly laidOut = new Set<number>();

  /** @throws BackendError BACKEND_OUT_OF_MEMORY */
  constructor(
    kernel: Kernel,
    heap: Heap,
    examples: StoredExamples,
    shape: { count: number; features: number; blockRows: number },
  ) {
    this.kernel = kernel;
    this.heap = heap;
    this.examples = examples;
    this.count = shape.count;
    this.features = shape.features;
    this.blockRows = shape.blockRows;
    const blocks = Math.ceil(this.count / this.blockRows);
    const [starts, rows, values] = heap.allocateAll([
      4 * (this.features + 1) * blocks,
      2 * examples.entries,
      examples.valueBytes * examples.entries,
    ]) as [number, number, number];
    this.starts = starts;
    this.rows = rows;
    this.values = values;
  }

  block(number: number): BlockColumns {
    const starts = this.starts + 4 * (this.features + 1) * number;
    if (!this.laidOut.has(number)) {
      const { valueBytes, indices, values } = this.examples;
      const first = number * this.blockRows;
      this.kernel.indexColumns(
        valueBytes,
        this.examples.starts + 4 * first,
        indices,
        values,
        Math.min(this.blockRows, this.count - first),
        this.features,
        starts,
        this.rows,
        this.values,
      );
      this.laidOut.add(number);
    }
    return { starts, rows: this.rows, values: this.values };
  }

  close(): void {
    for (const at of [this.starts, this.rows, this.values]) this.heap.free(at);
  }
}
