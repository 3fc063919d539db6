import { below, fullScale, seededRandom } from '@softreg/testkit';
import { describe, expect, test } from 'vitest';
import {
  decodeCheckpoint,
  decodeModel,
  decodeOnnxModel,
  encodeCheckpoint,
  encodeModel,
  encodeOnnxModel,
} from '../src/index.js';
import { type Decode, range, unnoticedFlips, unnoticedTruncations } from './damage.js';
import { digitCheckpoint, digitModel } from './digit-samples.js';

const SAMPLE = 2000;
const LIMIT_MS = 30 * 60_000;

// The real size, 784 x 10: all of it where SOFTREG_TEST_SCALE=full, else the header, some data after it, and samples of the rest.
describe.each<[string, Decode, Uint8Array, number]>([
  ['model', decodeModel, await encodeModel(digitModel()), 3 * 1024],
  ['checkpoint', decodeCheckpoint, await encodeCheckpoint(digitCheckpoint()), 1024],
  ['ONNX', decodeOnnxModel, await encodeOnnxModel(digitModel()), 1024],
])('of a %s file of MNIST’s size', (_, decode, file, start) => {
  test(
    'every flipped bit is noticed',
    async () => {
      expect(await unnoticedFlips(decode, file, chosen(8 * file.length, 8 * start))).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'every truncation is noticed',
    async () => {
      expect(await unnoticedTruncations(decode, file, chosen(file.length, start))).toEqual([]);
    },
    LIMIT_MS,
  );
});

function* chosen(end: number, start: number): Generator<number> {
  yield* range(fullScale ? end : start);
  if (fullScale) return;
  const random = seededRandom(end);
  for (let i = 0; i < SAMPLE; i++) yield start + below(random, end - start);
}
