/**
 * Reads a NumPy `.npy` file (format version 1.0) of little-endian float32 or float64 in row-major order: enough for the
 * reference results.
 */
export function readNpy(bytes: Uint8Array): { shape: number[]; data: Float32Array | Float64Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] !== 0x93 || view.getUint8(6) !== 1) throw new Error('not a version 1.0 .npy file');
  const headerLength = view.getUint16(8, true);
  const header = new TextDecoder().decode(bytes.subarray(10, 10 + headerLength));
  const type = /'descr': '<(f4|f8)'/.exec(header)?.[1];
  const shape = /'shape': \(([\d, ]*)\)/.exec(header)?.[1];
  if (type === undefined || shape === undefined || !header.includes("'fortran_order': False")) {
    throw new Error(`unsupported .npy header ${header}`);
  }
  // A Buffer's own slice would share memory, and its buffer begin elsewhere.
  const payload = Uint8Array.from(bytes.subarray(10 + headerLength)).buffer;
  return {
    shape: shape
      .split(',')
      .filter((part) => part.trim() !== '')
      .map(Number),
    data: type === 'f4' ? new Float32Array(payload) : new Float64Array(payload),
  };
}
