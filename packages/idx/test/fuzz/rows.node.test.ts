import { below, fullScale, fuzzFiles, pick, type Random } from '@softreg/testkit';
import { expect, test } from 'vitest';
import {
  blobAccess,
  IdxError,
  openRandomRows,
  openSequentialRows,
  type RandomAccess,
  type RandomRows,
  type SequentialRows,
} from '../../src/index.js';
import { anySource } from './chunks.js';
import { gzippedFile, rawFile } from './files.js';
import { demandRefusal, outcomeOf, witnessed } from './outcome.js';
import { demandEqual, type Reread } from './reread.js';

const CASES = fullScale ? 400_000 : 20_000;
const LIMIT_MS = fullScale ? 60 * 60_000 : 60_000;
const KEPT = new URL('../failing-cases/', import.meta.url);

type Read = (bytes: Uint8Array, random: Random, file: Reread | undefined) => Promise<void>;

test.each<[string, typeof rawFile, number, Read]>([
  ['openRandomRows', rawFile, 1, randomRows],
  ['openSequentialRows', rawFile, 4, sequentialRows],
  ['openSequentialRows-gzip', gzippedFile, 4, sequentialRows],
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
        const witness = witnessed(bytes);
        const outcome = await outcomeOf(() => read(bytes, random, witness?.file));
        if (!IdxError.isInstance(outcome)) return true;
        const shape = witness?.file?.shape;
        if (outcome.code !== 'IDX_NO_ROWS' || shape === undefined) {
          demandRefusal(outcome, witness, Number.POSITIVE_INFINITY);
        } else if (shape.length > 0 && !shape.slice(1).includes(0)) {
          throw new Error(`rows of ${shape} are refused`, { cause: outcome });
        }
        return false;
      },
    });
    expect(valid).toBeGreaterThan(CASES / 50);
  },
  LIMIT_MS,
);

async function randomRows(...[bytes, random, file]: Parameters<Read>): Promise<void> {
  const rows = await openRandomRows(pick(random, [bufferAccess, blobs])(bytes));
  demandHeader(file, rows);
  const start = below(random, rows.count + 1);
  const end = start + below(random, rows.count - start + 1);
  demandEqual(file, await rows.read(start, end), [start, end]);
}

async function sequentialRows(...[bytes, random, file]: Parameters<Read>): Promise<void> {
  const rows = await openSequentialRows(anySource(random, bytes));
  let start = 0;
  for await (const block of rows.blocks(pick(random, [1, 2, 1000, 2 ** 31]))) {
    const end = start + (block.shape[0] as number);
    // Of a file that turns out to be damaged at its end there is nothing to compare blocks with.
    if (file) demandEqual(file, block, [start, end]);
    if (end > 1032 * bytes.length) throw new Error('rows that cost no byte go on for hours');
    start = end;
  }
  demandHeader(file, rows);
  if (start !== rows.count) throw new Error(`${start} rows of ${rows.count}`);
}

function demandHeader(
  file: Reread | undefined,
  rows: RandomRows | SequentialRows,
): asserts file is Reread {
  if (file === undefined) throw new Error('what is no valid file is accepted');
  const isSame =
    rows.type === file.type &&
    rows.count === file.shape[0] &&
    String(rows.shape) === String(file.shape);
  if (!isSame) throw new Error(`${rows.count} rows of ${rows.type} ${rows.shape}`);
}

function bufferAccess(bytes: Uint8Array): RandomAccess {
  return {
    byteLength: bytes.length,
    slice: async (start, end) => {
      if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && end <= bytes.length) {
        return Buffer.from(bytes.subarray(start, end));
      }
      throw new Error(`asked for bytes ${start} to ${end} of ${bytes.length}`);
    },
  };
}

function blobs(bytes: Uint8Array): RandomAccess {
  return blobAccess(new Blob([bytes as BlobPart]));
}
