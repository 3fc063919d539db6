import type { LoadOptions, Split } from '../engine.js';
import { BackendError } from '../errors.js';
import type { Examples, Rows } from '../examples.js';
import { type BlockColumns, Columns } from './columns.js';
import type { Heap } from './heap.js';
import type { Finish, Kernel } from './kernel.js';
import { freeExamples, MAX_INDEX, type StoredExamples, storeExamples } from './store-examples.js';

/** Fewer rows have so few entries in a column that columns do not pay (docs/simd.md). */
const MIN_COLUMN_ROWS = 64;
const DEFAULT_BLOCK_ROWS = 1000;

/** Rows that are computed at a time. */
export interface Piece {
  readonly start: number;
  readonly count: number;
  /** The number of the block that it is; undefined if it is none, or blocks have no columns. */
  readonly block: number | undefined;
}

/** Examples in the kernel's memory, as blocks of one minibatch each. Steps on whole blocks in file order are the fastest. */
export class SimdSplit implements Split {
  readonly count: number;
  readonly features: number;
  readonly classes: number;
  readonly scale: number;
  readonly stored: StoredExamples;
  /** Rows of a block, and the most of a piece. */
  readonly blockRows: number;
  private readonly mayHaveColumns: boolean;
  private readonly kernel: Kernel;
  private readonly heap: Heap;
  private readonly onClose: (split: SimdSplit) => void;
  private columns: Columns | undefined;
  private order: Int32Array | undefined;
  private orderAt = 0;
  private isClosed = false;

  /** @throws BackendError BACKEND_OUT_OF_MEMORY, BACKEND_LOST */
  constructor(
    kernel: Kernel,
    heap: Heap,
    finish: Finish,
    examples: Examples,
    { minibatch = DEFAULT_BLOCK_ROWS, once = false }: LoadOptions,
    onClose: (split: SimdSplit) => void,
  ) {
    this.count = examples.count;
    this.features = examples.features;
    this.classes = examples.classes;
    this.scale = examples.scale;
    this.stored = storeExamples(kernel, heap, finish, examples);
    this.blockRows = Math.max(1, Math.min(minibatch, examples.count, MAX_INDEX));
    this.mayHaveColumns = this.isSparse && !once && this.blockRows >= MIN_COLUMN_ROWS;
    this.kernel = kernel;
    this.heap = heap;
    this.onClose = onClose;
  }

  /** Cuts rows where blocks end, or along an order after so many. */
  *piecesOf({ start, end, order }: Rows): Generator<Piece, void, void> {
    const { blockRows, count } = this;
    const hasColumns = order === undefined && this.mayHaveColumns;
    for (let from = start; from < end; ) {
      const block = Math.floor(from / blockRows);
      const blockEnd = order === undefined ? (block + 1) * blockRows : from + blockRows;
      const to = Math.min(blockEnd, end);
      const isWhole = from === block * blockRows && to === Math.min(blockEnd, count);
      yield { start: from, count: to - from, block: isWhole && hasColumns ? block : undefined };
      from = to;
    }
  }

  get isSparse(): boolean {
    return this.stored.starts !== 0;
  }

  columnsOf(block: number): BlockColumns {
    this.columns ??= new Columns(this.kernel, this.heap, this.stored, this);
    return this.columns.block(block);
  }

  /**
   * Where the kernel finds the order; 0 for none.
   *
   * @throws BackendError BACKEND_INVALID_ARGUMENT if it names an example that is not there, BACKEND_OUT_OF_MEMORY
   */
  addressOf(order: Int32Array | undefined): number {
    if (order === undefined) return 0;
    if (this.orderAt === 0) this.orderAt = this.heap.allocate(4 * this.count);
    if (this.order !== order) {
      checkOrder(order, this.count);
      new Int32Array(this.heap.memory.buffer).set(order, this.orderAt / 4);
      this.order = order;
    }
    return this.orderAt;
  }

  close(): void {
    // What was freed may be another's by now.
    if (this.isClosed) return;
    this.isClosed = true;
    freeExamples(this.heap, this.stored);
    this.columns?.close();
    this.heap.free(this.orderAt);
    this.columns = undefined;
    this.onClose(this);
  }
}

/** The kernel would read whatever lies there. */
function checkOrder(order: Int32Array, count: number): void {
  const wrong = order.findIndex((row) => row < 0 || row >= count);
  if (wrong === -1) return;
  throw new BackendError(
    'BACKEND_INVALID_ARGUMENT',
    `rows: expected an order of examples 0 to ${count - 1}, found ${order[wrong]} at position ${wrong}`,
  );
}
