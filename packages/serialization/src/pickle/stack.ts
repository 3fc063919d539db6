import { broken } from './faults.js';
import type { PickleValue } from './values.js';

/** Values that wait for the instruction that uses them, and marks between them below which no instruction may reach. */
export class Stack {
  /** Of the instruction under way, for errors. */
  offset = 0;
  private readonly values: PickleValue[] = [];
  private readonly marks: number[] = [];

  push(value: PickleValue): void {
    this.values.push(value);
  }

  mark(): void {
    this.marks.push(this.values.length);
  }

  pop(): PickleValue {
    this.demandValue();
    return this.values.pop() as PickleValue;
  }

  top(): PickleValue {
    this.demandValue();
    return this.values.at(-1) as PickleValue;
  }

  /** What lies above the last mark, in order; the mark is gone then. */
  popToMark(): PickleValue[] {
    const mark = this.marks.pop();
    if (mark === undefined) throw broken(this.offset, 'a mark on the stack', 'none');
    return this.values.splice(mark);
  }

  /** The last value, or the last mark if there is none above it. */
  popValueOrMark(): void {
    if (this.marks.at(-1) === this.values.length) this.marks.pop();
    else this.pop();
  }

  /** The one value that is there when all is done. */
  result(): PickleValue {
    if (this.values.length !== 1 || this.marks.length > 0) {
      throw broken(this.offset, 'one value at the end', `${this.values.length}`);
    }
    return this.pop();
  }

  private demandValue(): void {
    if (this.values.length <= (this.marks.at(-1) ?? 0)) {
      throw broken(this.offset, 'a value on the stack', 'none');
    }
  }
}
