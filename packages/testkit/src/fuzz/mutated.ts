import { below, pick, type Random } from './random.js';

type Bytes = Uint8Array<ArrayBuffer>;

/** A change of a file, in place or not; `others` lend parts to it. */
export type Change = (random: Random, bytes: Bytes, others: readonly Uint8Array[]) => Bytes;

/** What a size, a count or an offset is never believed to be. */
export const HOSTILE_NUMBERS = [
  0,
  1,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 31 + 1,
  2 ** 32 - 1,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 53 + 2,
];

/** A copy of a file with one to three changes, of any kind or of those of its format. */
export function mutated(
  random: Random,
  file: Uint8Array,
  others: readonly Uint8Array[],
  ofItsFormat: readonly Change[] = [],
): Bytes {
  const changes = [...ANY_FILE, ...ofItsFormat];
  let bytes = new Uint8Array(file);
  for (let change = 0; change <= below(random, 3); change++) {
    bytes = pick(random, changes)(random, bytes, others);
  }
  return bytes;
}

const ANY_FILE: readonly Change[] = [
  function flipBits(random, bytes) {
    for (let flip = 0; flip <= below(random, 8); flip++) {
      const position = below(random, bytes.length);
      bytes[position] = (bytes[position] ?? 0) ^ (1 << below(random, 8));
    }
    return bytes;
  },
  function truncate(random, bytes) {
    return bytes.slice(0, below(random, bytes.length + 1));
  },
  function duplicateBlock(random, bytes) {
    const [start, end] = block(random, bytes);
    return joined(bytes.subarray(0, end), bytes.subarray(start));
  },
  function deleteBlock(random, bytes) {
    const [start, end] = block(random, bytes);
    return joined(bytes.subarray(0, start), bytes.subarray(end));
  },
  function splice(random, bytes, others) {
    const other = pick(random, others);
    const at = below(random, Math.min(bytes.length, other.length) + 1);
    return joined(bytes.subarray(0, at), other.subarray(at));
  },
];

function block(random: Random, bytes: Uint8Array): [number, number] {
  const start = below(random, bytes.length + 1);
  return [start, start + below(random, bytes.length - start + 1)];
}

export function joined(...parts: readonly Uint8Array[]): Bytes {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
