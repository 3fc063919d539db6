import { describe, expect, test } from 'vitest';
import { allFinite, checkFits, checkModel, examplesOf, type ImageSet } from '../src/index.js';
import { smallModel } from './problems.js';

const refusal = (code: string, subject: string, found: string) =>
  expect.objectContaining({ name: 'ModelError', code, subject, found });

describe('checkModel', () => {
  test('gives back a model whose parts fit', () => {
    const model = smallModel();
    expect(checkModel(model)).toBe(model);
  });

  const { parameters } = smallModel();
  const short = new Float32Array(5);
  test.each([
    [
      'weights of another length',
      { parameters: { ...parameters, weights: short } },
      'parameters',
      '5 and 3',
    ],
    [
      'a bias of another length',
      { parameters: { ...parameters, bias: short } },
      'parameters',
      '6 and 5',
    ],
    [
      'no parameters',
      {
        parameters: {
          features: 0,
          classes: 3,
          weights: new Float32Array(),
          bias: new Float32Array(3),
        },
        imageHeight: 0,
      },
      'parameters',
      '0 and 3',
    ],
    ['images of another size', { imageHeight: 3 }, 'weights', '2'],
    ['negative sides', { imageHeight: -2, imageWidth: -1 }, 'image sides', '-2 x -1'],
    ['half a side', { imageHeight: 0.5, imageWidth: 4 }, 'image sides', '0.5 x 4'],
    ['a name of no text', { classNames: ['a', 7, 'c'] as string[] }, 'class names', 'number'],
    ['a name too few', { classNames: ['a', 'b'] }, 'class names', '2'],
    ['a name too many', { classNames: ['a', 'b', 'c', 'd'] }, 'class names', '4'],
    ['a pixel scale of 0', { pixelScale: 0 }, 'pixel scale', '0'],
    ['a pixel scale below 0', { pixelScale: -256 }, 'pixel scale', '-256'],
    ['a pixel scale of NaN', { pixelScale: Number.NaN }, 'pixel scale', 'NaN'],
    [
      'an infinite pixel scale',
      { pixelScale: Number.POSITIVE_INFINITY },
      'pixel scale',
      'Infinity',
    ],
    [
      'a weight of NaN',
      { parameters: { ...parameters, weights: Float32Array.of(0, 0, 0, 0, Number.NaN, 0) } },
      'parameters',
      'NaN or an infinity',
    ],
    [
      'an infinite bias',
      { parameters: { ...parameters, bias: Float32Array.of(0, 0, Number.NEGATIVE_INFINITY) } },
      'parameters',
      'NaN or an infinity',
    ],
  ])('refuses %s', (_, changes, subject, found) => {
    expect(() => checkModel(smallModel(changes))).toThrow(refusal('MODEL_INVALID', subject, found));
  });
});

test('all finite means weights and bias', () => {
  const { parameters } = smallModel();
  expect(allFinite(parameters)).toBe(true);
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    expect(allFinite({ ...parameters, weights: Float32Array.of(0, 0, 0, 0, 0, value) })).toBe(
      false,
    );
    expect(allFinite({ ...parameters, bias: Float32Array.of(value, 0, 0) })).toBe(false);
  }
});

describe('a set of images', () => {
  const set: ImageSet = {
    images: Uint8Array.of(1, 2, 3, 4, 5, 6),
    labels: Uint8Array.of(0, 1, 2),
    count: 3,
    height: 2,
    width: 1,
    classes: 3,
  };

  test('fits the model, or not', () => {
    expect(() => checkFits(smallModel(), set, 'test set')).not.toThrow();
    for (const [changes, found] of [
      [{ height: 1 }, '1 x 1 in 3'],
      [{ width: 2 }, '2 x 2 in 3'],
      [{ height: 1, width: 2 }, '1 x 2 in 3'],
      [{ classes: 10 }, '2 x 1 in 10'],
    ] as const) {
      expect(() => checkFits(smallModel(), { ...set, ...changes }, 'test set')).toThrow(
        refusal('MODEL_DATA_MISMATCH', 'test set', found),
      );
    }
  });

  test('is refused with what to do next', () => {
    expect(() => checkFits(smallModel(), { ...set, height: 28, width: 28 }, 'test set')).toThrow(
      'test set: expected images of 2 x 1 pixels in 3 classes, as the model has, found 28 x 28 in 3; ' +
        'use the data the model was trained for',
    );
  });

  test('becomes examples of one feature a pixel, and shares the pixels', () => {
    const examples = examplesOf({ ...set, height: 1, width: 2 }, 255);
    expect(examples).toEqual({
      values: set.images,
      scale: 255,
      labels: set.labels,
      count: 3,
      features: 2,
      classes: 3,
    });
    expect(examples.values).toBe(set.images);
  });
});
