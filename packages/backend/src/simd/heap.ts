import { BackendError } from '../errors.js';

const PAGE = 65536;
const MAX_BYTES = 65536 * PAGE;
const ALIGNMENT = 64;

interface Piece {
  readonly at: number;
  readonly bytes: number;
}

/** Hands out pieces of a memory that grows as it must. Never shrinks: WebAssembly cannot. */
export class Heap {
  readonly memory: WebAssembly.Memory;
  private readonly start: number;
  /** In the order of their addresses. */
  private readonly pieces: Piece[] = [];

  constructor(memory: WebAssembly.Memory, start: number) {
    this.memory = memory;
    this.start = start;
  }

  /**
   * The first gap that is large enough, aligned to 64 bytes. What is in it is anything.
   *
   * @throws BackendError BACKEND_OUT_OF_MEMORY
   */
  allocate(bytes: number): number {
    const size = Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
    let at = this.start;
    let position = 0;
    for (; position < this.pieces.length; position++) {
      const piece = this.pieces[position] as Piece;
      if (at + size <= piece.at) break;
      at = piece.at + piece.bytes;
    }
    this.reach(at + size, bytes);
    this.pieces.splice(position, 0, { at, bytes: size });
    return at;
  }

  /** All of them or, if that throws, none. */
  allocateAll(sizes: readonly number[]): number[] {
    const held: number[] = [];
    try {
      for (const bytes of sizes) held.push(this.allocate(bytes));
      return held;
    } catch (error) {
      for (const at of held) this.free(at);
      throw error;
    }
  }

  free(at: number): void {
    const position = this.pieces.findIndex((piece) => piece.at === at);
    if (position !== -1) this.pieces.splice(position, 1);
  }

  get bytesInUse(): number {
    return this.pieces.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  private reach(end: number, wanted: number): void {
    const missing = end - this.memory.buffer.byteLength;
    if (missing <= 0) return;
    try {
      if (end > MAX_BYTES) throw new RangeError(`WebAssembly reaches ${MAX_BYTES} bytes`);
      this.memory.grow(Math.ceil(missing / PAGE));
    } catch (cause) {
      throw new BackendError(
        'BACKEND_OUT_OF_MEMORY',
        `${wanted} bytes more than the ${this.bytesInUse} in use do not fit in its memory`,
        { cause, backend: 'simd', fix: 'use less data, or another backend' },
      );
    }
  }
}
