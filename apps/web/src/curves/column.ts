/** Numbers in the order of a run, without a copy of all for each that comes. */
export class Column {
  private store = new Float64Array(64);
  private count = 0;

  get length(): number {
    return this.count;
  }

  /** A view: it stays as it is until the column is cut shorter than it. */
  get values(): Float64Array {
    return this.store.subarray(0, this.count);
  }

  push(value: number): void {
    this.insert(this.count, value);
  }

  /** @param index 0 to length: what is there moves up */
  insert(index: number, value: number): void {
    if (this.count === this.store.length) {
      const larger = new Float64Array(2 * this.count);
      larger.set(this.store);
      this.store = larger;
    }
    this.store.copyWithin(index + 1, index, this.count);
    this.store[index] = value;
    this.count += 1;
  }

  set(index: number, value: number): void {
    this.store[index] = value;
  }

  /** Keeps so many from the start. */
  cut(length: number): void {
    this.count = Math.min(this.count, length);
  }
}
