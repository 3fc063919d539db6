import { describe, expect, test } from 'vitest';
import {
  encodeGzippedIdx,
  encodeIdx,
  type IdxArray,
  IdxError,
  openSequentialRows,
  readIdx,
} from '../src/index.js';
import { chunked } from './chunked.js';

const ARRAY: IdxArray = {
  type: 'uint8',
  shape: [40, 10],
  data: Uint8Array.from({ length: 400 }, (_, i) => (i * 73) % 251),
};
const FILE = encodeIdx(ARRAY);
const GZIPPED = await encodeGzippedIdx(ARRAY);
const OTHER = await encodeGzippedIdx({ ...ARRAY, data: new Uint8Array(400) });
const [START, END] = await Promise.all([gzip(FILE.subarray(0, 100)), gzip(FILE.subarray(100))]);
const EMPTY = await gzip(new Uint8Array(0));
const ZEROS = new Uint8Array(5);
const FAR = new Uint8Array(30_000);
const JUNK = new TextEncoder().encode('junk');

/**
 * What gunzip gives of each: the array, for it does not look beyond zeros or garbage after a member, or something else. A platform may
 * refuse what follows the first member.
 */
const FILES: [string, readonly Uint8Array[], 'the array' | 'another file'][] = [
  ['zeros', [GZIPPED, ZEROS], 'the array'],
  ['zeros, of more than a piece', [GZIPPED, FAR], 'the array'],
  ['a zero and junk', [GZIPPED, ZEROS, JUNK], 'the array'],
  ['a zero, and junk far away', [GZIPPED, FAR, JUNK], 'the array'],
  ['junk', [GZIPPED, JUNK], 'the array'],
  ['a zero and another file', [GZIPPED, ZEROS, OTHER], 'the array'],
  ['a zero, and another file far away', [GZIPPED, FAR, OTHER], 'the array'],
  ['a cut magic number', [GZIPPED, GZIPPED.subarray(0, 1)], 'the array'],
  ['an empty member', [GZIPPED, EMPTY], 'the array'],
  ['a first member that is empty', [EMPTY, GZIPPED], 'the array'],
  ['two halves', [START, END], 'the array'],
  ['another file', [GZIPPED, OTHER], 'another file'],
  ['half a file', [START], 'another file'],
  ['the second half after a zero', [START, ZEROS, END], 'another file'],
  ['the halves turned', [END, START], 'another file'],
  ['a damaged second half', [START, END.with(-5, 1 ^ (END.at(-5) as number))], 'another file'],
];

describe.each(FILES)('what follows a gzip member: %s', (_, parts, meaning) => {
  const bytes = joined(parts);

  test('is the same for any chunks: what gunzip gives, or an error', async () => {
    const sizes = [[bytes.length], [(parts[0] as Uint8Array).length, 3], [1], [7, 0, 100], [8192]];
    const outcomes = [];
    for (const chunk of sizes) {
      outcomes.push(await outcomeOf(readIdx(chunked(bytes, chunk))));
      outcomes.push(await outcomeOf(inOrder(chunked(bytes, chunk))));
    }
    outcomes.push(await outcomeOf(readIdx(bytes)), await outcomeOf(readIdx(new Blob([bytes]))));
    for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
    if (meaning === 'another file') expect(outcomes[0]).toMatch(/^IDX_/);
    else if (typeof outcomes[0] === 'string') expect(outcomes[0]).toBe('IDX_BAD_GZIP');
    else expect(outcomes[0]).toEqual(ARRAY.data);
  });
});

async function outcomeOf(work: Promise<IdxArray>): Promise<IdxArray['data'] | string> {
  try {
    return (await work).data;
  } catch (error) {
    if (IdxError.isInstance(error)) return error.code;
    throw error;
  }
}

async function inOrder(source: ReadableStream<Uint8Array>): Promise<IdxArray> {
  const rows = await openSequentialRows(source);
  const data: number[] = [];
  for await (const block of rows.blocks(7)) data.push(...block.data);
  return { type: 'uint8', shape: rows.shape, data: Uint8Array.from(data) };
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const compressor = new CompressionStream('gzip') as ReadableWritablePair<Uint8Array, Uint8Array>;
  const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(compressor);
  return new Uint8Array(await new Response(stream as BodyInit).arrayBuffer());
}
