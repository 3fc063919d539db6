import type { SoftmaxRegression } from '@softreg/model';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type Checkpoint,
  decodeCheckpoint,
  decodeModel,
  encodeCheckpoint,
  encodeModel,
} from '../src/index.js';
import { decodeSafetensors } from '../src/safetensors/decode.js';
import { arbitraryCheckpoint, arbitraryModel } from './arbitraries.js';
import { bytesOf, TINY_CHECKPOINT, TINY_MODEL } from './samples.js';
import { sealedFile, takeApart, unsealedFile } from './sealed-file.js';

afterEach(() => {
  for (const prototype of [Object.prototype, Array.prototype, Map.prototype]) {
    expect(Object.keys(prototype)).toEqual([]);
  }
});

describe('decode(encode(x)) is x to the bit, and the same x has the same bytes', () => {
  test('models', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryModel, async (model) => {
        const file = await encodeModel(model);
        const decoded = await decodeModel(file);
        expectSameModel(decoded, model);
        expect(await encodeModel({ ...decoded, receipt: reversed(decoded.receipt) })).toEqual(file);
      }),
      { numRuns: 1000 },
    );
  });

  test('checkpoints', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryCheckpoint, async (checkpoint) => {
        const file = await encodeCheckpoint(checkpoint);
        const decoded = await decodeCheckpoint(file);
        expectSameCheckpoint(decoded, checkpoint);
        expect(await encodeCheckpoint({ ...decoded, arrays: reversed(decoded.arrays) })).toEqual(
          file,
        );
      }),
      { numRuns: 1000 },
    );
  });

  test('a file that lies anywhere in a larger buffer', async () => {
    const file = await encodeModel(TINY_MODEL);
    const larger = new Uint8Array(file.length + 20).fill(255);
    larger.set(file, 3);
    expectSameModel(await decodeModel(larger.subarray(3, 3 + file.length)), TINY_MODEL);
  });

  test('parameters that are views of a larger array', async () => {
    const all = Float32Array.from({ length: 20 }, (_, index) => index);
    const parameters = {
      ...TINY_MODEL.parameters,
      weights: all.subarray(3, 7),
      bias: all.subarray(9, 11),
    };
    const decoded = await decodeModel(await encodeModel({ ...TINY_MODEL, parameters }));
    expectSameModel(decoded, { ...TINY_MODEL, parameters });
    expect(decoded.parameters.weights.buffer.byteLength).toBe(16);
  });
});

describe('what is not a model is not written', () => {
  const { weights, bias } = TINY_MODEL.parameters;
  const cases: [string, Partial<SoftmaxRegression>][] = [
    ['a weight that is NaN', parameters({ weights: weights.with(1, Number.NaN) })],
    ['an infinite weight', parameters({ weights: weights.with(0, Number.POSITIVE_INFINITY) })],
    ['an infinite bias', parameters({ bias: bias.with(1, Number.NEGATIVE_INFINITY) })],
    ['a name too few', { classNames: ['left'] }],
    ['a pixel scale of 0', { pixelScale: 0 }],
    ['a pixel scale that is NaN', { pixelScale: Number.NaN }],
    ['images of another size', { imageWidth: 2 }],
  ];

  test.each(cases)('%s', async (_, part) => {
    await expect(encodeModel({ ...TINY_MODEL, ...part })).rejects.toMatchObject({
      name: 'ModelError',
      code: 'MODEL_INVALID',
    });
  });

  function parameters(part: Partial<SoftmaxRegression['parameters']>) {
    return { parameters: { ...TINY_MODEL.parameters, ...part } };
  }
});

describe('what could be written, but not read again, is not written', () => {
  const values = new Float32Array(3);
  const checkpoints: [string, unknown][] = [
    ['a shape of fewer elements', { arrays: { a: { shape: [2], data: values } } }],
    ['a shape of more elements', { arrays: { a: { shape: [2, 2], data: values } } }],
    ['a negative shape', { arrays: { a: { shape: [-1, -3], data: values } } }],
    ['half an element', { arrays: { a: { shape: [0.5, 6], data: values } } }],
    [
      'an array by the name of the metadata',
      { arrays: { __metadata__: { shape: [3], data: values } } },
    ],
    ['values that are no text', { values: { epoch: 3 } }],
    ['no config', { config: undefined }],
    ['half a character', { values: '\ud800' }],
    ['an array by the name of a text', { arrays: { 'json.values': { shape: [3], data: values } } }],
    ['a number that is NaN', { arrays: { a: { shape: [1], data: Float32Array.of(Number.NaN) } } }],
    ['an infinite number', { arrays: { a: { shape: [1], data: Float32Array.of(-1 / 0) } } }],
    ['a name with an escape', { arrays: { 'a\n': { shape: [3], data: values } } }],
    [
      'more arrays than are read',
      { arrays: many(5000, { shape: [0], data: new Float32Array(0) }) },
    ],
  ];

  test('a checkpoint with more text than is read', async () => {
    const long = { ...TINY_CHECKPOINT, config: 'x'.repeat(2 ** 26 + 1) };
    // Not by a matcher that would print the file.
    const outcome = await encodeCheckpoint(long).catch((error: unknown) => error);
    expect(outcome instanceof Error && outcome.message).toBe(
      'config: expected at most 67108864 bytes, found 67108865',
    );
  });

  test.each(checkpoints)('a checkpoint with %s', async (_, part) => {
    const checkpoint = { ...TINY_CHECKPOINT, ...(part as object) };
    await expect(encodeCheckpoint(checkpoint)).rejects.toMatchObject({
      name: 'SerializationError',
      code: 'FILE_INVALID_CONTENT',
    });
  });

  test('a model with a receipt that is no text', async () => {
    const model = { ...TINY_MODEL, receipt: { epochs: 74 } } as unknown as SoftmaxRegression;
    await expect(encodeModel(model)).rejects.toMatchObject({ code: 'FILE_INVALID_CONTENT' });
  });

  test('a model with a header of more than 64 KiB; one of nearly that is read again', async () => {
    const model = (length: number) => ({ ...TINY_MODEL, receipt: { a: 'x'.repeat(length) } });
    await expect(encodeModel(model(2 ** 16 - 400))).rejects.toMatchObject({
      code: 'FILE_INVALID_CONTENT',
      subject: 'header',
    });
    const large = model(2 ** 16 - 600);
    expect(await decodeModel(await encodeModel(large))).toEqual(large);
  });

  test('a model with more classes than are read', async () => {
    const classes = 40_000;
    const model = {
      ...TINY_MODEL,
      parameters: {
        features: 2,
        classes,
        weights: new Float32Array(2 * classes),
        bias: new Float32Array(classes),
      },
      classNames: new Array(classes).fill('x'),
    };
    await expect(encodeModel(model)).rejects.toMatchObject({ code: 'FILE_INVALID_CONTENT' });
  });
});

describe('names that JavaScript gives a meaning of their own', () => {
  const entry = '{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';
  const payload = Uint8Array.of(0, 0, 128, 63);

  test.each(['__proto__', 'constructor', 'toString'])('a tensor %s is a tensor', (name) => {
    const { tensors, metadata } = decodeSafetensors(unsealedFile(`{"${name}":${entry}}`, payload));
    expect([...tensors.keys()]).toEqual([name]);
    expect(tensors.get(name)?.data).toEqual(Float32Array.of(1));
    expect(metadata.size).toBe(0);
  });

  test.each(['__proto__', 'constructor', 'toString'])('a metadata key %s is a key', (name) => {
    const file = unsealedFile(`{"__metadata__":{"${name}":"hostile"}}`);
    expect([...decodeSafetensors(file).metadata]).toEqual([[name, 'hostile']]);
  });

  test('a receipt that names __proto__ sets no prototype', async () => {
    const { headerText, payload } = takeApart(await encodeModel(TINY_MODEL));
    const file = await sealedFile(
      headerText.replace('receipt.epochs', 'receipt.__proto__'),
      payload,
    );
    const { receipt } = await decodeModel(file);
    expect(Object.getPrototypeOf(receipt)).toBe(Object.prototype);
    expect(Object.entries(receipt)).toEqual([['__proto__', '74']]);
  });

  test('a tensor description that lacks a field does not take it from a prototype', () => {
    const inherited = '{"__proto__":{"dtype":"F32"},"shape":[1],"data_offsets":[0,4]}';
    expect(() => decodeSafetensors(unsealedFile(`{"a":${inherited}}`, payload))).toThrowError(
      expect.objectContaining({ code: 'FILE_INVALID_HEADER' }),
    );
  });
});

function expectSameModel(found: SoftmaxRegression, expected: SoftmaxRegression): void {
  const { parameters, receipt, ...rest } = found;
  const { parameters: wanted, receipt: wantedReceipt, ...wantedRest } = expected;
  expect(rest).toEqual(wantedRest);
  expect(sortedEntries(receipt)).toEqual(sortedEntries(wantedReceipt));
  expect([parameters.features, parameters.classes]).toEqual([wanted.features, wanted.classes]);
  expect(bytesOf(parameters.weights)).toEqual(bytesOf(wanted.weights));
  expect(bytesOf(parameters.bias)).toEqual(bytesOf(wanted.bias));
}

function expectSameCheckpoint(found: Checkpoint, expected: Checkpoint): void {
  expect([found.values, found.config]).toEqual([expected.values, expected.config]);
  const [arrays, wanted] = [found.arrays, expected.arrays].map((record) =>
    sortedEntries(record).map(([name, { shape, data }]) => [name, shape, bytesOf(data)]),
  );
  expect(arrays).toEqual(wanted);
}

function sortedEntries<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

function reversed<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).reverse());
}

function many<T>(count: number, value: T): Record<string, T> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, value]));
}
