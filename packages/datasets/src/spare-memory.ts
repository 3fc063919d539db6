/** Blocks of bytes that are done with, to be written to again. A block may be given back in parts: it is spare once all are. */
export class SpareMemory {
  private readonly blocks: Uint8Array[] = [];
  /** Bytes of each block that are still in use. */
  private readonly used = new Map<ArrayBufferLike, number>();

  /** @returns a block of that many bytes, whatever is in it; undefined if none is spare */
  take(length: number): Uint8Array | undefined {
    const place = this.blocks.findIndex((block) => block.length === length);
    return place < 0 ? undefined : this.blocks.splice(place, 1)[0];
  }

  add(block: Uint8Array): void {
    this.blocks.push(block);
  }

  giveBack(part: Uint8Array): void {
    const { buffer } = part;
    const left = (this.used.get(buffer) ?? buffer.byteLength) - part.length;
    if (left > 0) {
      this.used.set(buffer, left);
      return;
    }
    this.used.delete(buffer);
    this.add(new Uint8Array(buffer));
  }
}
