import { broken, fault } from './faults.js';

const NEWLINE = 0x0a;

/** A position in a pickle. What it gives are views, never copies. */
export class ByteReader {
  /** Of the next byte. */
  offset = 0;
  readonly bytes: Uint8Array;
  private readonly view: DataView;
  private frameEnd = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  take(length: number): Uint8Array {
    const start = this.claim(length);
    return this.bytes.subarray(start, start + length);
  }

  uint8(): number {
    return this.view.getUint8(this.claim(1));
  }

  uint16(): number {
    return this.view.getUint16(this.claim(2), true);
  }

  int32(): number {
    return this.view.getInt32(this.claim(4), true);
  }

  uint32(): number {
    return this.view.getUint32(this.claim(4), true);
  }

  /** Beyond 2^53 not exact, but then more than any file has. */
  uint64(): number {
    return Number(this.view.getBigUint64(this.claim(8), true));
  }

  /** Of all numbers, this alone is big-endian. */
  float64(): number {
    return this.view.getFloat64(this.claim(8), false);
  }

  /** Up to the end of the line, which is left out. */
  line(): Uint8Array {
    const end = this.bytes.indexOf(NEWLINE, this.offset);
    if (end === -1) throw this.truncated('the end of a line');
    const line = this.bytes.subarray(this.offset, end);
    this.claim(end + 1 - this.offset);
    return line;
  }

  /** A short line of ASCII. */
  word(maxLength: number): string {
    const start = this.offset;
    const line = this.line();
    if (line.length > maxLength || line.some((byte) => byte < 0x20 || byte > 0x7e)) {
      throw broken(start, `a line of at most ${maxLength} ASCII characters`, 'another one');
    }
    return String.fromCharCode(...line);
  }

  /** Bytes that Python may read at once. What is read next ends with them at the latest, or Python would read it otherwise. */
  enterFrame(length: number): void {
    if (this.offset < this.frameEnd) {
      throw broken(this.offset, 'the end of a frame before the next', 'a frame in a frame');
    }
    this.demand(length);
    this.frameEnd = this.offset + length;
  }

  private claim(length: number): number {
    this.demand(length);
    const start = this.offset;
    this.offset += length;
    if (start < this.frameEnd && this.offset > this.frameEnd) {
      throw broken(start, 'the end of an instruction before that of its frame', 'a longer one');
    }
    return start;
  }

  private demand(length: number): void {
    if (length > this.bytes.length - this.offset) throw this.truncated(`${length} more bytes`);
  }

  private truncated(expected: string) {
    const left = this.bytes.length - this.offset;
    return fault('FILE_TRUNCATED', this.offset, expected, `the end of the file after ${left}`);
  }
}
