import { readdirSync, readFileSync } from 'node:fs';
import { fullScale, pick, type Random, runCases } from '@softreg/testkit';
import { expect, test } from 'vitest';
import {
  decodeCheckpoint,
  decodeModel,
  decodeNpzModel,
  decodeOnnxModel,
  decodeTfjsModel,
  encodeCheckpoint,
  encodeModel,
  encodeNpzModel,
  encodeOnnxModel,
  encodeTfjsModel,
  SerializationError,
} from '../src/index.js';
import { decodeSafetensors } from '../src/safetensors/decode.js';
import type { SafetensorsFile } from '../src/safetensors/tensor.js';
import { digitModel } from './digit-samples.js';
import { mutatedBytes, mutatedHeader, mutatedJson } from './mutations.js';
import { TINY_CHECKPOINT, TINY_MODEL } from './samples.js';

const CASES = fullScale ? 400_000 : 20_000;
const LIMIT_MS = fullScale ? 60 * 60_000 : 120_000;

const MODEL = await encodeModel(TINY_MODEL);
const CHECKPOINT = await encodeCheckpoint(TINY_CHECKPOINT);
const FILES = [MODEL, CHECKPOINT, await encodeModel({ ...digitModel(), receipt: {} })];

test(
  'decodeModel',
  async () => {
    await fuzz(async (random) => {
      const bytes = mutatedBytes(random, MODEL, FILES);
      const model = await decoded(() => decodeModel(bytes));
      if (model) expect(FILES).toContainEqual(bytes);
      return model;
    });
  },
  LIMIT_MS,
);

test(
  'decodeModel, of headers that are sealed again',
  async () => {
    const accepted = await fuzz(async (random) => {
      const bytes = await mutatedHeader(random, MODEL);
      const model = await decoded(() => decodeModel(bytes));
      // What was accepted is a model by every rule: it can be written, and then it is the same.
      if (model) expect(await decodeModel(await encodeModel(model))).toEqual(model);
      return model;
    });
    expect(accepted).toBeGreaterThan(CASES / 50);
  },
  LIMIT_MS,
);

test(
  'decodeCheckpoint',
  async () => {
    await fuzz(async (random) => {
      const bytes = mutatedBytes(random, CHECKPOINT, FILES);
      const checkpoint = await decoded(() => decodeCheckpoint(bytes));
      if (checkpoint) expect(FILES).toContainEqual(bytes);
      return checkpoint;
    });
  },
  LIMIT_MS,
);

test(
  'decodeCheckpoint, of headers that are sealed again',
  async () => {
    const accepted = await fuzz(async (random) => {
      const bytes = await mutatedHeader(random, CHECKPOINT);
      const checkpoint = await decoded(() => decodeCheckpoint(bytes));
      if (checkpoint) {
        expect(await decodeCheckpoint(await encodeCheckpoint(checkpoint))).toEqual(checkpoint);
      }
      return checkpoint;
    });
    expect(accepted).toBeGreaterThan(CASES / 50);
  },
  LIMIT_MS,
);

test(
  'decodeSafetensors',
  async () => {
    const accepted = await fuzz(async (random) => {
      const resealed = await mutatedHeader(random, random() < 0.5 ? MODEL : CHECKPOINT);
      const bytes = random() < 0.3 ? mutatedBytes(random, resealed, FILES) : resealed;
      const file = await decoded(() => decodeSafetensors(bytes));
      if (file) expect(accountedBytes(bytes, file)).toBe(bytes.length);
      return file;
    });
    expect(accepted).toBeGreaterThan(CASES / 50);
  },
  LIMIT_MS,
);

test(
  'decodeTfjsModel',
  async () => {
    const good = encodeTfjsModel(TINY_MODEL);
    const description = new TextDecoder().decode(good['model.json']);
    const accepted = await fuzz(async (random) => {
      const json = new TextEncoder().encode(mutatedJson(random, description));
      const files = {
        'model.json': random() < 0.3 ? mutatedBytes(random, json, FILES) : json,
        'weights.bin':
          random() < 0.2 ? mutatedBytes(random, good['weights.bin'], FILES) : good['weights.bin'],
      };
      const model = await decoded(() => decodeTfjsModel(files));
      if (model) expect(decodeTfjsModel(encodeTfjsModel(model))).toEqual(model);
      return model;
    });
    expect(accepted).toBeGreaterThan(CASES / 50);
  },
  LIMIT_MS,
);

test(
  'decodeNpzModel',
  async () => {
    const good = await encodeNpzModel(TINY_MODEL);
    await fuzz(async (random) => {
      const model = await decoded(() => decodeNpzModel(mutatedBytes(random, good, FILES)));
      // The archive's own records may change; what is under its checksums may not.
      if (model) expect(model).toEqual({ ...TINY_MODEL, receipt: {} });
      return model;
    });
  },
  LIMIT_MS,
);

test(
  'decodeOnnxModel',
  async () => {
    const good = await encodeOnnxModel(TINY_MODEL);
    await fuzz(async (random) => {
      const model = await decoded(() => decodeOnnxModel(mutatedBytes(random, good, FILES)));
      // Parts may have changed places that may stand in any order.
      if (model) expect(model).toEqual(TINY_MODEL);
      return model;
    });
  },
  LIMIT_MS,
);

test(
  'decodeOnnxModel, of files of other makers',
  async () => {
    const folder = new URL('onnx/models/', import.meta.url);
    const files = readdirSync(folder).map((name) => readFileSync(new URL(name, folder)));
    const accepted = await fuzz(async (random) => {
      const bytes = mutatedBytes(random, pick(random, files), files);
      const model = await decoded(() => decodeOnnxModel(bytes, { pixelScale: 256 }));
      // What was accepted is a model by every rule.
      if (model) expect(await decodeModel(await encodeModel(model))).toEqual(model);
      return model;
    });
    expect(accepted).toBeGreaterThan(CASES / 100);
  },
  LIMIT_MS,
);

/** @returns how many files were accepted */
function fuzz(run: (random: Random) => Promise<unknown>): Promise<number> {
  return runCases({ cases: CASES, run: async (random) => Boolean(await run(random)) });
}

function accountedBytes(bytes: Uint8Array, { tensors }: SafetensorsFile): number {
  let total = 8 + new DataView(bytes.buffer).getUint32(0, true);
  for (const { shape, data } of tensors.values()) {
    expect(data.length).toBe(shape.reduce((product, length) => product * length, 1));
    total += data.byteLength;
  }
  return total;
}

/** The value, or undefined where there is a SerializationError; any other exception is passed on. */
async function decoded<T>(decode: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await decode();
  } catch (error) {
    if (SerializationError.isInstance(error)) return undefined;
    throw error;
  }
}
