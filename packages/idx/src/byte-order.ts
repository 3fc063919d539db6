const LITTLE_ENDIAN_HOST = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Turns elements of the host's byte order into big-endian ones, or back, in place. */
export function swapToBigEndian(bytes: Uint8Array, elementBytes: number): void {
  if (!LITTLE_ENDIAN_HOST) return;
  for (let start = 0; start < bytes.length; start += elementBytes) {
    for (let low = start, high = start + elementBytes - 1; low < high; low++, high--) {
      const byte = bytes[low] as number;
      bytes[low] = bytes[high] as number;
      bytes[high] = byte;
    }
  }
}
