import { createHash } from 'node:crypto';
import type { Parameters } from '@softreg/backend';

/** SHA-256, in hex, of the weights and then the bias as little-endian float32: of these very bits, and so of one engine's rounding. */
export function parametersHash({ weights, bias }: Parameters): string {
  const bytes = new DataView(new ArrayBuffer(4 * (weights.length + bias.length)));
  for (const [i, value] of [...weights, ...bias].entries()) bytes.setFloat32(4 * i, value, true);
  return createHash('sha256').update(bytes).digest('hex');
}
