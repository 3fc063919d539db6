import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readTutorialData, readTutorialModel } from '../../src/index.js';
import { unpickle } from '../../src/pickle/unpickle.js';
import { NdArray, type PyList } from '../../src/pickle/values.js';
import {
  MADE_UP_BIAS,
  MADE_UP_WEIGHTS,
  madeUpLabels,
  madeUpPixels,
  realFiles,
} from './real-files.js';

const SETS = [
  ['train', 0, 3],
  ['validation', 3, 2],
  ['test', 5, 2],
] as const;

test('the files of all writers are there', () => {
  expect([realFiles('data').length, realFiles('model').length, realFiles('values').length]).toEqual(
    [14, 10, 8],
  );
});

describe.each(realFiles('data'))('%s', (name, bytes) => {
  test('gives the images and labels that were put in', async () => {
    const data = await readTutorialData(bytes);
    expect(Object.keys(data)).toEqual(['train', 'validation', 'test']);
    for (const [set, start, count] of SETS) {
      const pixels = madeUpPixels(start, count);
      const isFractions = name.includes('fractions');
      expect(data[set]).toEqual({
        values: isFractions ? Float32Array.from(pixels, (pixel) => pixel / 255) : pixels,
        scale: isFractions ? 1 : 256,
        labels: madeUpLabels(start, count),
        count,
        features: 784,
        classes: 10,
      });
    }
  });

  test('gives the same gzipped, and as a view of a larger buffer', async () => {
    const data = await readTutorialData(bytes);
    expect(await readTutorialData(new Uint8Array(gzipSync(bytes)))).toEqual(data);
    const around = new Uint8Array(bytes.length + 8).fill(0xee);
    around.set(bytes, 3);
    expect(await readTutorialData(around.subarray(3, 3 + bytes.length))).toEqual(data);
  });

  test('is no model', async () => {
    await expect(readTutorialModel(bytes)).rejects.toMatchObject({ code: 'FILE_NOT_A_MODEL' });
  });
});

describe.each(realFiles('model'))('%s', (name, bytes) => {
  test('gives the weights and the bias that were put in', async () => {
    expect(await readTutorialModel(bytes)).toEqual({
      parameters: { features: 784, classes: 10, weights: MADE_UP_WEIGHTS, bias: MADE_UP_BIAS },
      imageHeight: 28,
      imageWidth: 28,
      classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
      pixelScale: 256,
      receipt: {
        source: 'pickle of the Theano tutorial',
        class: `${/float32|module/.test(name) ? 'logistic_sgd' : '__main__'}.LogisticRegression`,
        'element type': name.includes('float32') ? 'float32' : 'float64',
      },
    });
  });

  test('gives the same gzipped', async () => {
    const model = await readTutorialModel(bytes);
    expect(await readTutorialModel(new Uint8Array(gzipSync(bytes)))).toEqual(model);
  });

  test('is no data', async () => {
    await expect(readTutorialData(bytes)).rejects.toMatchObject({ code: 'FILE_NOT_TUTORIAL_DATA' });
  });
});

test.each([...realFiles('values'), ...realFiles('data'), ...realFiles('model')])(
  '%s: no truncation is taken for the whole',
  (_, bytes) => {
    // Of large files, the lengths that are 97 bytes apart: between two of them there is hardly more than data.
    const step = bytes.length < 4000 ? 1 : 97;
    for (let length = 0; length < bytes.length; length += step) {
      expect(outcomeOf(bytes.subarray(0, length)), `${length} bytes`).toBe('SerializationError');
    }
  },
);

test.each(realFiles('values'))('%s: what stands twice in the memo is one thing', (_, bytes) => {
  const list = unpickle(bytes) as PyList;
  expect(list.items.at(-1)).toBe(list.items.at(-2));
});

test('Fortran order, byte orders and element types are read in place', () => {
  const [, bytes] = realFiles('values').find(([name]) => name.includes('python3-protocol4')) ?? [];
  const list = unpickle(bytes as Uint8Array) as PyList;
  const arrays = list.items.filter((item) => item instanceof NdArray);
  for (const { content } of arrays) {
    expect(content?.bytes.buffer).toBe((bytes as Uint8Array).buffer);
  }
  expect(arrays.map(({ content }) => `${content?.type} ${content?.isFortran}`)).toEqual([
    'f4 false',
    'f8 false',
    'i8 false',
    'i4 false',
    'u1 false',
    'f8 true',
    'f4 false',
    'f4 false',
    'i8 false',
    'f4 false',
  ]);
});

function outcomeOf(bytes: Uint8Array): string {
  try {
    unpickle(bytes);
    return 'a value';
  } catch (error) {
    return (error as Error).name;
  }
}
