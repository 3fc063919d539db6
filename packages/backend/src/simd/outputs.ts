import type { Heap } from './heap.js';
import { paddedLength, withoutPadding } from './padded-parameters.js';

/** Room for what the kernel computes of some rows: scores, residuals or probabilities of each, and its loss. */
export class Outputs {
  at = 0;
  lossesAt = 0;
  private rows = 0;
  private readonly heap: Heap;
  private readonly classes: number;

  constructor(heap: Heap, classes: number) {
    this.heap = heap;
    this.classes = classes;
  }

  /** @throws BackendError BACKEND_OUT_OF_MEMORY */
  reserve(rows: number): void {
    if (rows <= this.rows) return;
    this.close();
    const sizes = [4 * paddedLength(this.classes) * rows, 8 * rows];
    [this.at, this.lossesAt] = this.heap.allocateAll(sizes) as [number, number];
    this.rows = rows;
  }

  /** A copy: rows x classes. */
  read(rows: number): Float32Array {
    const floats = rows * paddedLength(this.classes);
    return withoutPadding(
      new Float32Array(this.heap.memory.buffer, this.at, floats),
      rows,
      this.classes,
    );
  }

  close(): void {
    this.heap.free(this.at);
    this.heap.free(this.lossesAt);
    this.at = 0;
    this.lossesAt = 0;
    this.rows = 0;
  }
}
