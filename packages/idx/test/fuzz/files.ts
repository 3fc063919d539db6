import { gzipSync } from 'node:zlib';
import {
  below,
  type Change,
  HOSTILE_NUMBERS,
  joined,
  mutated,
  pick,
  type Random,
} from '@softreg/testkit';
import { encodeIdx, type IdxArray } from '../../src/index.js';

const ARRAYS: readonly IdxArray[] = [
  { type: 'uint8', shape: [4, 3, 5], data: Uint8Array.from({ length: 60 }, (_, i) => 17 * i) },
  { type: 'uint8', shape: [9], data: Uint8Array.of(5, 0, 4, 1, 9, 2, 1, 3, 1) },
  { type: 'int8', shape: [2, 3], data: Int8Array.of(-128, -1, 0, 1, 2, 127) },
  { type: 'int16', shape: [3, 2], data: Int16Array.of(-32768, -2, 0, 1, 258, 32767) },
  { type: 'int32', shape: [], data: Int32Array.of(16909060) },
  { type: 'int32', shape: [2, 1, 2], data: Int32Array.of(-1, 0, 1, 2 ** 31 - 1) },
  { type: 'float32', shape: [5], data: Float32Array.of(1.5, -0, Number.NaN, Infinity, 2 ** -149) },
  { type: 'float64', shape: [1, 2, 1, 1, 1], data: Float64Array.of(-2.5, Number.MAX_VALUE) },
  { type: 'uint8', shape: [0, 2 ** 32 - 1], data: new Uint8Array(0) },
  {
    type: 'uint8',
    shape: [30, 28, 28],
    data: Uint8Array.from({ length: 23520 }, (_, i) => i % 251),
  },
];

export const FILES: readonly Uint8Array[] = ARRAYS.map(encodeIdx);

const GZIPPED: readonly Uint8Array[] = FILES.flatMap((file) => [
  gzipSync(file),
  gzipSync(file, { level: 0 }),
  joined(gzipSync(file.subarray(0, 7)), gzipSync(file.subarray(7))),
]);

/** A raw file, nearly always a damaged one. */
export function rawFile(random: Random): Uint8Array {
  return mutated(random, oneOf(random, FILES), FILES, [headerField, headerField, type, rank]);
}

/** A gzipped file, damaged before it was gzipped or after that, or with something behind it. */
export function gzippedFile(random: Random): Uint8Array {
  if (random() < 0.4) return gzipSync(rawFile(random), { level: pick(random, [0, 1, 9]) });
  return mutated(random, oneOf(random, GZIPPED), [...GZIPPED, ...FILES], [tail, length]);
}

/** The last one is larger than all others together: it is left to a few cases. */
function oneOf(random: Random, files: readonly Uint8Array[]): Uint8Array {
  const file = pick(random, files);
  return file.length > 1000 && random() < 0.95 ? oneOf(random, files) : file;
}

const headerField: Change = (random, bytes) => {
  const at = 4 + 4 * below(random, Math.min(5, bytes[3] ?? 0));
  if (bytes.length < at + 4) return bytes;
  const numbers = HOSTILE_NUMBERS.filter((number) => number < 2 ** 32);
  new DataView(bytes.buffer).setUint32(at, pick(random, numbers));
  return bytes;
};

const type: Change = (random, bytes) => {
  if (bytes.length > 2) bytes[2] = 7 + below(random, 9);
  return bytes;
};

/** Another rank, and sometimes as many dimensions. */
const rank: Change = (random, bytes) => {
  if (bytes.length < 4) return bytes;
  bytes[3] = pick(random, [0, 1, 2, 3, 33, 64, 255]);
  if (random() < 0.3) return bytes;
  const header = new Uint8Array(4 * bytes[3]).fill(random() < 0.5 ? 255 : 0);
  return joined(bytes.subarray(0, 4), header, bytes.subarray(4));
};

/** What gunzip calls trailing zeros or trailing garbage, or a second member. */
const tail: Change = (random, bytes, others) =>
  joined(
    bytes,
    new Uint8Array(pick(random, [0, 1, 9])),
    random() < 0.5 ? pick(random, others) : new Uint8Array(0),
  );

/** ISIZE, the last field of a member (RFC 1952, section 2.3.1). */
const length: Change = (random, bytes) => {
  if (bytes.length < 18) return bytes;
  new DataView(bytes.buffer).setUint32(bytes.length - 4, below(random, 2 ** 32), true);
  return bytes;
};
