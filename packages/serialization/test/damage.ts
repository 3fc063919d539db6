import { SerializationError } from '../src/index.js';

export type Decode = (bytes: Uint8Array) => unknown;

export function flipped(file: Uint8Array, bit: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(file);
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  return copy;
}

/** The flips of these bits that are not refused as they should be. */
export function unnoticedFlips(
  decode: Decode,
  file: Uint8Array,
  bits: Iterable<number>,
): Promise<string[]> {
  return unnoticed(bits, async (bit) => {
    const outcome = await refusal(decode, flipped(file, bit));
    return outcome && `bit ${bit}: ${outcome}`;
  });
}

export function unnoticedTruncations(
  decode: Decode,
  file: Uint8Array,
  lengths: Iterable<number>,
): Promise<string[]> {
  return unnoticed(lengths, async (length) => {
    const outcome = await refusal(decode, file.subarray(0, length));
    return outcome && `${length} bytes: ${outcome}`;
  });
}

/** Many at once: most of the time of a decoder goes by waiting for its digests. */
async function unnoticed(
  cases: Iterable<number>,
  run: (number: number) => Promise<string | undefined>,
): Promise<string[]> {
  const queue = cases[Symbol.iterator]();
  const problems: string[] = [];
  async function work() {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      const problem = await run(next.value);
      if (problem !== undefined) problems.push(problem);
    }
  }
  await Promise.all(Array.from({ length: 32 }, work));
  return problems;
}

/** What happened in place of a SerializationError. */
async function refusal(decode: Decode, bytes: Uint8Array): Promise<string | undefined> {
  try {
    await decode(bytes);
    return 'a value';
  } catch (error) {
    return SerializationError.isInstance(error) ? undefined : `${error}`;
  }
}

export function* range(end: number): Generator<number> {
  for (let number = 0; number < end; number++) yield number;
}
