import { createHash } from 'node:crypto';
import type { Parameters } from '@softreg/backend';

/** SHA-256, in hex, of the weights and then the bias as little-endian float32: of these very bits, and so of one engine's rounding. */
export function parametersHash({ weights, bias }: Parameters): string {
  const hash = createHash('sha256');
  for (const numbers of [weights, bias]) hash.update(littleEndian(numbers));
  return hash.digest('hex');
}

function littleEndian(numbers: Float32Array): DataView {
  const bytes = new DataView(new ArrayBuffer(4 * numbers.length));
  for (let i = 0; i < numbers.length; i++) bytes.setFloat32(4 * i, numbers[i] as number, true);
  return bytes;
}
