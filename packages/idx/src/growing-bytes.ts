import { IdxError } from './errors.js';

/** Bytes that are gathered, in memory that grows with what arrives and not with what a header claims. */
export class GrowingBytes {
  length = 0;
  private bytes: Uint8Array<ArrayBuffer>;

  /** @param capacity bytes to make room for at once */
  constructor(capacity: number) {
    this.bytes = allocated(capacity);
  }

  /** @param limit bytes that there will be at the most */
  append(chunk: Uint8Array, limit: number): void {
    const needed = this.length + chunk.length;
    if (needed > this.bytes.length) {
      this.reserve(Math.min(limit, Math.max(needed, 2 * this.bytes.length)));
    }
    this.bytes.set(chunk, this.length);
    this.length = needed;
  }

  reserve(capacity: number): void {
    if (capacity <= this.bytes.length) return;
    const grown = allocated(capacity);
    grown.set(this.view());
    this.bytes = grown;
  }

  /** What there is, not copied. */
  view(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }
}

function allocated(bytes: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    throw new IdxError({
      code: 'IDX_TOO_LARGE',
      offset: 0,
      expected: 'a file that fits into memory',
      found: `one that needs ${bytes} bytes of it`,
      cause,
    });
  }
}
