import type { LossAndGradient } from '../engine.js';
import type { Rows } from '../examples.js';
import type { Parameters } from '../parameters.js';
import { FORMATS } from './format.js';
import type { Heap } from './heap.js';
import type { Kernel } from './kernel.js';
import type { Piece, SimdSplit } from './simd-split.js';

/**
 * Groups that the rows of a gradient without columns are cut into, each with sums of its own: so many threads can work at it. The
 * number is a part of the result, so it does not depend on the threads.
 */
const GROUPS = 8;
/** Fewer rows are not worth the sums of another group. */
const MIN_GROUP_ROWS = 64;

/** Waits until the phase that a call of the kernel began is done, given what the call returned. */
export type Finish = (done: number) => void;

/** The parameters of one shape in the kernel's memory, with the room to compute on them. */
export class SimdModel {
  readonly features: number;
  readonly classes: number;
  private readonly kernel: Kernel;
  private readonly heap: Heap;
  private readonly finish: Finish;
  /** Of a row of classes, padded to whole vectors of 4 floats. */
  private readonly rowFloats: number;
  private readonly parametersAt: number;
  private gradientAt = 0;
  private sumsAt = 0;
  private outputsAt = 0;
  private lossesAt = 0;
  private outputRows = 0;
  private byteScale = 0;

  /** @throws BackendError BACKEND_OUT_OF_MEMORY */
  constructor(kernel: Kernel, heap: Heap, finish: Finish, features: number, classes: number) {
    this.kernel = kernel;
    this.heap = heap;
    this.finish = finish;
    this.features = features;
    this.classes = classes;
    this.rowFloats = 4 * Math.ceil(classes / 4);
    this.parametersAt = heap.allocate(this.matrixBytes);
  }

  /** Padding has a weight of 0 and a bias of minus infinity, which makes for a probability of 0. */
  write({ weights, bias }: Parameters): void {
    const { features, classes, rowFloats } = this;
    const rows = this.floats(this.parametersAt, (features + 1) * rowFloats).fill(0);
    for (let feature = 0; feature < features; feature++) {
      const row = weights.subarray(feature * classes, (feature + 1) * classes);
      rows.set(row, feature * rowFloats);
    }
    rows.fill(Number.NEGATIVE_INFINITY, features * rowFloats);
    rows.set(bias, features * rowFloats);
  }

  read(): Parameters {
    return this.unpad(this.parametersAt);
  }

  /** One step of gradient descent. @returns the mean loss before it */
  step(split: SimdSplit, rows: Rows, learningRate: number, l2: number): number {
    const count = rows.end - rows.start;
    const factor = -learningRate / count;
    const decay = 1 - learningRate * l2;
    const [first, ...others] = split.piecesOf(rows) as Iterable<Piece> as [Piece, ...Piece[]];
    this.begin(split);
    if (others.length === 0) {
      const loss = this.residuals(split, rows, first, factor);
      this.addGradient(split, first, this.parametersAt, decay);
      return loss / count;
    }
    const loss = this.accumulate(split, rows, factor);
    this.finish(this.kernel.fold(this.gradientAt, 1, this.parametersAt, decay));
    return loss / count;
  }

  lossAndGradient(split: SimdSplit, rows: Rows): LossAndGradient {
    const count = rows.end - rows.start;
    this.begin(split);
    const loss = this.accumulate(split, rows, 1 / count);
    return { loss: loss / count, gradient: this.unpad(this.gradientAt) };
  }

  countErrors(split: SimdSplit, rows: Rows): number {
    this.begin(split);
    this.kernel.takeErrors();
    for (const piece of split.piecesOf(rows)) {
      this.describe(split, rows, piece);
      this.finish(this.kernel.countErrors(this.parametersAt, this.outputsAt));
    }
    return this.kernel.takeErrors();
  }

  probabilities(split: SimdSplit, rows: Rows): Float32Array {
    const { classes, rowFloats } = this;
    const result = new Float32Array((rows.end - rows.start) * classes);
    this.begin(split);
    for (const piece of split.piecesOf(rows)) {
      this.describe(split, rows, piece);
      this.finish(this.kernel.probabilities(this.parametersAt, this.outputsAt));
      const outputs = this.floats(this.outputsAt, piece.count * rowFloats);
      for (let i = 0; i < piece.count; i++) {
        const row = outputs.subarray(i * rowFloats, i * rowFloats + classes);
        result.set(row, (piece.start - rows.start + i) * classes);
      }
    }
    return result;
  }

  close(): void {
    const { parametersAt, gradientAt, sumsAt, outputsAt, lossesAt } = this;
    for (const at of [parametersAt, gradientAt, sumsAt, outputsAt, lossesAt]) this.heap.free(at);
  }

  /** Puts the sum over `rows` into `gradientAt`. @returns the sum of losses */
  private accumulate(split: SimdSplit, rows: Rows, factor: number): number {
    if (this.gradientAt === 0) this.gradientAt = this.heap.allocate(this.matrixBytes);
    this.kernel.clear(this.gradientAt, this.matrixBytes);
    let loss = 0;
    for (const piece of split.piecesOf(rows)) {
      loss += this.residuals(split, rows, piece, factor);
      this.addGradient(split, piece, this.gradientAt, 1);
    }
    return loss;
  }

  /** @returns the sum of losses */
  private residuals(split: SimdSplit, rows: Rows, piece: Piece, factor: number): number {
    const { kernel, parametersAt, outputsAt, lossesAt } = this;
    this.describe(split, rows, piece);
    this.finish(kernel.residuals(parametersAt, outputsAt, lossesAt, factor));
    return kernel.sumOfLosses(lossesAt, piece.count);
  }

  /** out = decay x out + gradient, right after `residuals` of the same piece. */
  private addGradient(split: SimdSplit, piece: Piece, out: number, decay: number): void {
    const { kernel, outputsAt } = this;
    if (piece.block !== undefined) {
      const columns = split.columnsOf(piece.block);
      kernel.describeExamples(split.stored.format, columns.starts, columns.rows, columns.values, 0);
      kernel.describeRange(0, piece.count, 0);
      this.finish(kernel.gradient(outputsAt, out, decay));
    } else if (split.isSparse) {
      this.addInGroups(piece.count, out, decay);
    } else {
      this.finish(kernel.gradient(outputsAt, out, decay));
    }
  }

  private addInGroups(count: number, out: number, decay: number): void {
    const { kernel, outputsAt } = this;
    const groups = Math.min(GROUPS, Math.floor(count / MIN_GROUP_ROWS));
    if (groups <= 1) {
      if (decay !== 1) this.finish(kernel.fold(0, 0, out, decay));
      this.finish(kernel.gradientInGroups(outputsAt, out, 1));
      return;
    }
    if (this.sumsAt === 0) {
      this.sumsAt = this.heap.allocate(GROUPS * this.matrixBytes);
      kernel.clear(this.sumsAt, GROUPS * this.matrixBytes);
    }
    this.finish(kernel.gradientInGroups(outputsAt, this.sumsAt, groups));
    this.finish(kernel.fold(this.sumsAt, groups, out, decay));
  }

  /** Once for any number of pieces of that split. */
  private begin(split: SimdSplit): void {
    this.kernel.describeShape(this.features, this.classes);
    if (this.outputRows < split.blockRows) {
      for (const at of [this.outputsAt, this.lossesAt]) this.heap.free(at);
      this.outputRows = 0;
      const sizes = [4 * this.rowFloats * split.blockRows, 8 * split.blockRows];
      [this.outputsAt, this.lossesAt] = this.heap.allocateAll(sizes) as [number, number];
      this.outputRows = split.blockRows;
    }
    if (split.stored.format === FORMATS.sparseBytes || split.stored.format === FORMATS.denseBytes) {
      this.writeByteValues(split.scale);
    }
  }

  private describe(split: SimdSplit, { order }: Rows, { start, count }: Piece): void {
    const { format, starts, indices, values, labels } = split.stored;
    this.kernel.describeExamples(format, starts, indices, values, labels);
    const address = split.addressOf(order);
    this.kernel.describeRange(start, count, address === 0 ? 0 : address + 4 * start);
  }

  private writeByteValues(scale: number): void {
    if (this.byteScale === scale) return;
    const table = this.floats(this.kernel.byteValues(), 256);
    for (let byte = 0; byte < 256; byte++) table[byte] = byte / scale;
    this.byteScale = scale;
  }

  private unpad(at: number): Parameters {
    const { features, classes, rowFloats } = this;
    const rows = this.floats(at, (features + 1) * rowFloats);
    const weights = new Float32Array(features * classes);
    for (let feature = 0; feature < features; feature++) {
      const row = rows.subarray(feature * rowFloats, feature * rowFloats + classes);
      weights.set(row, feature * classes);
    }
    const bias = rows.slice(features * rowFloats, features * rowFloats + classes);
    return { features, classes, weights, bias };
  }

  private get matrixBytes(): number {
    return 4 * (this.features + 1) * this.rowFloats;
  }

  private floats(at: number, length: number): Float32Array {
    return new Float32Array(this.heap.memory.buffer, at, length);
  }
}
