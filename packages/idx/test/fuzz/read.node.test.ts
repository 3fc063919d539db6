import { fullScale, fuzzFiles, pick, type Random } from '@softreg/testkit';
import { expect, test } from 'vitest';
import { decodeIdx, type IdxArray, IdxError, type IdxSource, readIdx } from '../../src/index.js';
import { anySource, asBuffer, asView, inChunks } from './chunks.js';
import { gzippedFile, rawFile } from './files.js';
import { demandRefusal, outcomeOf, witnessed } from './outcome.js';
import { demandEqual } from './reread.js';

const CASES = fullScale ? 400_000 : 20_000;
const LIMIT_MS = fullScale ? 60 * 60_000 : 60_000;
const KEPT = new URL('../failing-cases/', import.meta.url);

type Read = (bytes: Uint8Array, random: Random, maxBytes: number) => Promise<IdxArray>;

const reading =
  (source: (random: Random, bytes: Uint8Array) => IdxSource): Read =>
  (bytes, random, maxBytes) =>
    readIdx(source(random, bytes), { maxBytes });

test.each<[string, typeof rawFile, number, Read]>([
  ['decodeIdx', rawFile, 1, async (bytes, random) => decodeIdx(whole(random, bytes))],
  ['readIdx-bytes', rawFile, 1, reading(whole)],
  ['readIdx-chunks', rawFile, 4, reading(inChunks)],
  ['readIdx-gzip', gzippedFile, 4, reading(anySource)],
])(
  '%s',
  async (name, make, atOnce, read) => {
    const valid = await fuzzFiles({
      name,
      cases: CASES,
      atOnce,
      kept: KEPT,
      make,
      async check(bytes, random) {
        const maxBytes =
          name === 'decodeIdx'
            ? Number.POSITIVE_INFINITY
            : pick(random, [40, 2 ** 30, Number.POSITIVE_INFINITY]);
        const copy = bytes.slice();
        const outcome = await outcomeOf(() => read(copy, random, maxBytes));
        if (Buffer.compare(copy, bytes) !== 0) throw new Error('the source is changed');
        const witness = witnessed(bytes);
        if (IdxError.isInstance(outcome)) {
          demandRefusal(outcome, witness, maxBytes);
          return false;
        }
        if (witness?.file === undefined) throw new Error('what is no valid file is accepted');
        demandEqual(witness.file, outcome);
        return true;
      },
    });
    expect(valid).toBeGreaterThan(CASES / 50);
  },
  LIMIT_MS,
);

function whole(random: Random, bytes: Uint8Array): Uint8Array {
  return pick(random, [asBuffer, asView])(bytes);
}
