import type { AdamStep, LossAndGradient, MomentumStep } from '../engine.js';
import type { Rows } from '../examples.js';
import type { Parameters } from '../parameters.js';
import { applyRule } from './apply-rule.js';
import type { Heap } from './heap.js';
import type { Finish, Kernel } from './kernel.js';
import { Outputs } from './outputs.js';
import { PaddedParameters } from './padded-parameters.js';
import type { Piece, SimdSplit } from './simd-split.js';

/**
 * Groups that the rows of a gradient without columns are cut into, each with sums of its own: so many threads can work at it. The
 * number is a part of the result, so it does not depend on the threads.
 */
const GROUPS = 8;
/** Fewer rows are not worth the sums of another group. */
const MIN_GROUP_ROWS = 64;

/** The parameters of one shape in the kernel's memory, with the room to compute on them. */
export class SimdModel {
  readonly features: number;
  readonly classes: number;
  private readonly kernel: Kernel;
  private readonly heap: Heap;
  private readonly finish: Finish;
  private readonly parameters: PaddedParameters;
  private readonly outputs: Outputs;
  private gradient: PaddedParameters | undefined;
  private sumsAt = 0;
  /** What bytes are divided by in the kernel's table. */
  private byteScale = 0;

  /** @throws BackendError BACKEND_OUT_OF_MEMORY */
  constructor(kernel: Kernel, heap: Heap, finish: Finish, features: number, classes: number) {
    this.kernel = kernel;
    this.heap = heap;
    this.finish = finish;
    this.features = features;
    this.classes = classes;
    this.parameters = new PaddedParameters(heap, features, classes);
    this.outputs = new Outputs(heap, classes);
  }

  write(parameters: Parameters): void {
    this.parameters.write(parameters);
  }

  read(): Parameters {
    return this.parameters.read();
  }

  /** One step of gradient descent. @returns the mean loss before it */
  step(split: SimdSplit, rows: Rows, learningRate: number, l2: number): number {
    const count = rows.end - rows.start;
    const factor = -learningRate / count;
    const decay = 1 - learningRate * l2;
    const [first, ...others] = [...split.piecesOf(rows)] as [Piece, ...Piece[]];
    this.begin(split);
    if (others.length === 0) {
      const loss = this.residuals(split, rows, first, factor);
      this.addGradient(split, first, this.parameters.at, decay);
      return loss / count;
    }
    const { loss, gradient } = this.accumulate(split, rows, factor);
    this.finish(this.kernel.fold(gradient.at, 1, this.parameters.at, decay));
    return loss / count;
  }

  /** The same with momentum or Adam's rule. @param slots as many as the rule has */
  stepByRule(
    split: SimdSplit,
    rows: Rows,
    update: MomentumStep | AdamStep,
    slots: readonly PaddedParameters[],
  ): number {
    const count = rows.end - rows.start;
    this.begin(split);
    const { loss, gradient } = this.accumulate(split, rows, 1 / count);
    applyRule(this.kernel, update, this.parameters, gradient, slots);
    return loss / count;
  }

  lossAndGradient(split: SimdSplit, rows: Rows): LossAndGradient {
    const count = rows.end - rows.start;
    this.begin(split);
    const { loss, gradient } = this.accumulate(split, rows, 1 / count);
    return { loss: loss / count, gradient: gradient.read() };
  }

  countErrors(split: SimdSplit, rows: Rows): number {
    this.begin(split);
    this.kernel.takeErrors();
    for (const piece of split.piecesOf(rows)) {
      this.describe(split, rows, piece);
      this.finish(this.kernel.countErrors(this.parameters.at, this.outputs.at));
    }
    return this.kernel.takeErrors();
  }

  probabilities(split: SimdSplit, rows: Rows): Float32Array {
    const result = new Float32Array((rows.end - rows.start) * this.classes);
    this.begin(split);
    for (const piece of split.piecesOf(rows)) {
      this.describe(split, rows, piece);
      this.finish(this.kernel.probabilities(this.parameters.at, this.outputs.at));
      result.set(this.outputs.read(piece.count), (piece.start - rows.start) * this.classes);
    }
    return result;
  }

  close(): void {
    this.parameters.close();
    this.gradient?.close();
    this.outputs.close();
    this.heap.free(this.sumsAt);
  }

  /** The sum over all of `rows`, piece by piece. */
  private accumulate(
    split: SimdSplit,
    rows: Rows,
    factor: number,
  ): { loss: number; gradient: PaddedParameters } {
    this.gradient ??= new PaddedParameters(this.heap, this.features, this.classes);
    const { gradient } = this;
    this.kernel.clear(gradient.at, gradient.bytes);
    let loss = 0;
    for (const piece of split.piecesOf(rows)) {
      loss += this.residuals(split, rows, piece, factor);
      this.addGradient(split, piece, gradient.at, 1);
    }
    return { loss, gradient };
  }

  /** @returns the sum of losses */
  private residuals(split: SimdSplit, rows: Rows, piece: Piece, factor: number): number {
    const { kernel, parameters, outputs } = this;
    this.describe(split, rows, piece);
    this.finish(kernel.residuals(parameters.at, outputs.at, outputs.lossesAt, factor));
    return kernel.sumOfLosses(outputs.lossesAt, piece.count);
  }

  /** out = decay x out + gradient, right after `residuals` of the same piece. */
  private addGradient(split: SimdSplit, piece: Piece, out: number, decay: number): void {
    const { kernel, outputs } = this;
    if (split.isSparse && piece.block === undefined) {
      this.addInGroups(piece.count, out, decay);
      return;
    }
    if (piece.block !== undefined) {
      const { starts, rows, values } = split.columnsOf(piece.block);
      kernel.describeExamples(split.stored.format, starts, rows, values, 0);
      kernel.describeRange(0, piece.count, 0);
    }
    this.finish(kernel.gradient(outputs.at, out, decay));
  }

  private addInGroups(count: number, out: number, decay: number): void {
    const { kernel, outputs } = this;
    const groups = Math.min(GROUPS, Math.floor(count / MIN_GROUP_ROWS));
    if (groups <= 1) {
      if (decay !== 1) this.finish(kernel.fold(0, 0, out, decay));
      this.finish(kernel.gradientInGroups(outputs.at, out, 1));
      return;
    }
    if (this.sumsAt === 0) {
      this.sumsAt = this.heap.allocate(GROUPS * this.parameters.bytes);
      kernel.clear(this.sumsAt, GROUPS * this.parameters.bytes);
    }
    this.finish(kernel.gradientInGroups(outputs.at, this.sumsAt, groups));
    this.finish(kernel.fold(this.sumsAt, groups, out, decay));
  }

  /** Once for any number of pieces of that split. */
  private begin(split: SimdSplit): void {
    this.kernel.describeShape(this.features, this.classes);
    this.outputs.reserve(split.blockRows);
    if (split.stored.valueBytes === 1) this.writeByteValues(split.scale);
  }

  private describe(split: SimdSplit, { order }: Rows, { start, count }: Piece): void {
    const { format, starts, indices, values, labels } = split.stored;
    this.kernel.describeExamples(format, starts, indices, values, labels);
    const address = split.addressOf(order);
    this.kernel.describeRange(start, count, address === 0 ? 0 : address + 4 * start);
  }

  private writeByteValues(scale: number): void {
    if (this.byteScale === scale) return;
    const table = new Float32Array(this.heap.memory.buffer, this.kernel.byteValues(), 256);
    for (let byte = 0; byte < 256; byte++) table[byte] = byte / scale;
    this.byteScale = scale;
  }
}
