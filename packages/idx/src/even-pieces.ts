/** The same bytes in pieces of `size`, the last one maybe smaller, however they arrive. */
export async function* evenPieces(
  reader: Pick<ReadableStreamDefaultReader<Uint8Array>, 'read'>,
  size: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  let piece = new Uint8Array(size);
  let length = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    let rest = next.value;
    while (rest.length > 0) {
      const part = rest.subarray(0, size - length);
      piece.set(part, length);
      length += part.length;
      rest = rest.subarray(part.length);
      if (length < size) break;
      yield piece;
      piece = new Uint8Array(size);
      length = 0;
    }
  }
  if (length > 0) yield piece.subarray(0, length);
}
