import { gzipSync } from 'node:zlib';
import {
  below,
  type Change,
  fullScale,
  fuzzFiles,
  HOSTILE_NUMBERS,
  mutated,
  pick,
  type Random,
} from '@softreg/testkit';
import { expect, test } from 'vitest';
import {
  readTutorialData,
  readTutorialModel,
  SerializationError,
  type TutorialSet,
} from '../../src/index.js';
import { unpickle } from '../../src/pickle/unpickle.js';
import { canonical } from './canonical.js';
import { demandThatPythonReadsTheSame } from './python.js';
import { realFiles } from './real-files.js';
import { dataPickle, modelPickle } from './written-pickle.js';

const CASES = fullScale ? 400_000 : 20_000;
const LIMIT_MS = fullScale ? 60 * 60_000 : 300_000;
const KEPT = new URL('../failing-cases/', import.meta.url);
/** Of large files Python is shown so many. */
const SHOWN = 300;

const VALUES = realFiles('values').map(([, bytes]) => bytes);
const MODELS = [modelPickle(), ...realFiles('model').map(([, bytes]) => bytes)];
const DATA = [dataPickle(), ...realFiles('data').map(([, bytes]) => bytes)];
const ALL = [...VALUES, ...MODELS, ...DATA];

test('unpickle', { timeout: LIMIT_MS }, async () => {
  const accepted: [Uint8Array, string][] = [];
  const valid = await fuzzFiles({
    name: 'unpickle',
    cases: CASES,
    kept: KEPT,
    make: (random) => mutated(random, pick(random, VALUES), VALUES, CHANGES),
    async check(bytes) {
      const value = await outcomeOf(() => canonical(unpickle(bytes)));
      if (value === undefined) return false;
      accepted.push([bytes, value]);
      return true;
    },
  });
  expect(valid).toBeGreaterThan(CASES / 50);
  demandThatPythonReadsTheSame(accepted);
});

test('readTutorialModel', { timeout: LIMIT_MS }, async () => {
  const shown: [Uint8Array, string][] = [];
  const valid = await fuzzFiles({
    name: 'readTutorialModel',
    cases: CASES,
    kept: KEPT,
    make: (random) => file(random, MODELS),
    async check(bytes) {
      const model = await outcomeOf(() => readTutorialModel(bytes));
      if (model === undefined) return false;
      const { weights, bias } = model.parameters;
      const isWhole = weights.length === 7840 && bias.length === 10;
      if (!isWhole || !weights.every(Number.isFinite)) throw new Error('what is no model is read');
      if (bytes[0] !== 0x1f && shown.length < SHOWN)
        shown.push([bytes, canonical(unpickle(bytes))]);
      return true;
    },
  });
  expect(valid).toBeGreaterThan(CASES / 50);
  demandThatPythonReadsTheSame(shown);
});

test('readTutorialData', { timeout: LIMIT_MS }, async () => {
  const shown: [Uint8Array, string][] = [];
  const valid = await fuzzFiles({
    name: 'readTutorialData',
    cases: CASES,
    kept: KEPT,
    make: (random) => file(random, DATA),
    async check(bytes) {
      const data = await outcomeOf(() => readTutorialData(bytes));
      if (data === undefined) return false;
      for (const set of [data.train, data.validation, data.test]) demandValid(set);
      if (bytes[0] !== 0x1f && shown.length < SHOWN)
        shown.push([bytes, canonical(unpickle(bytes))]);
      return true;
    },
  });
  expect(valid).toBeGreaterThan(CASES / 50);
  demandThatPythonReadsTheSame(shown);
});

/** Mostly a small one that was put together by hand, changed where its instructions are; sometimes gzipped. */
function file(
  random: Random,
  files: readonly [Uint8Array, ...Uint8Array[]] | readonly Uint8Array[],
): Uint8Array {
  const chosen = random() < 0.95 ? (files[0] as Uint8Array) : pick(random, files);
  const changed = mutated(random, chosen, ALL, CHANGES);
  if (random() < 0.95) return changed;
  const packed = new Uint8Array(gzipSync(changed, { level: 1 }));
  return random() < 0.5 ? packed : mutated(random, packed, ALL);
}

const instruction: Change = (random, bytes) => {
  if (bytes.length > 0) bytes[below(random, Math.min(bytes.length, 1500))] = below(random, 256);
  return bytes;
};

const number: Change = (random, bytes) => {
  if (bytes.length < 4) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const at = below(random, Math.min(bytes.length, 1500) - 3);
  view.setUint32(at, pick(random, HOSTILE_NUMBERS) % 2 ** 32, true);
  return bytes;
};

const exchange: Change = (random, bytes) => {
  const [a, b] = [below(random, bytes.length), below(random, bytes.length)];
  [bytes[a], bytes[b]] = [bytes[b] ?? 0, bytes[a] ?? 0];
  return bytes;
};

const CHANGES = [instruction, instruction, number, exchange];

function demandValid({ values, scale, labels, count }: TutorialSet): void {
  const isWhole = values.length === 784 * count && labels.length === count && count > 0;
  const isBytes = values instanceof Uint8Array;
  const inRange = isBytes || values.every((value) => value >= 0 && value <= 1);
  if (!isWhole || !inRange || scale !== (isBytes ? 256 : 1) || labels.some((label) => label > 9)) {
    throw new Error('what is no data set is read');
  }
}

/** The value, or undefined where there is a SerializationError; any other exception is passed on. */
async function outcomeOf<T>(read: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (SerializationError.isInstance(error) && error.found !== '' && error.expected !== '') {
      return undefined;
    }
    throw error;
  }
}
