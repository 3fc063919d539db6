import { predict, type SoftmaxRegression } from '@softreg/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeStandaloneModel } from '../../src/index.js';
import { arbitraryModel } from '../arbitraries.js';
import { TINY_MODEL } from '../samples.js';
import { importText, type StandaloneModel } from './import-text.js';

/** A model of MNIST's size whose scores reach about plus and minus `size`. */
function digits(size: number): SoftmaxRegression {
  const wave = (i: number) => Math.sin(12.9898 * i) * Math.cos(78.233 * i);
  return {
    parameters: {
      features: 784,
      classes: 10,
      weights: Float32Array.from({ length: 7840 }, (_, i) => (size * wave(i)) / 10),
      bias: Float32Array.from({ length: 10 }, (_, k) => size * wave(7840 + k)),
    },
    imageHeight: 28,
    imageWidth: 28,
    classNames: Array.from({ length: 10 }, (_, k) => `${k}`),
    pixelScale: 256,
    receipt: {},
  };
}

function image(seed: number): Uint8Array {
  return Uint8Array.from({ length: 784 }, (_, i) => {
    const byte = Math.floor(1e4 * Math.abs(Math.sin(seed * 1000 + i))) % 256;
    return i % 5 < 3 ? 0 : byte;
  });
}

function expectTheSame(
  module: StandaloneModel,
  model: SoftmaxRegression,
  pixels: Uint8Array,
): void {
  const [expected] = predict(model, pixels);
  const { label, className, probabilities } = module.predict(pixels);
  expect({ label, className }).toEqual({ label: expected?.label, className: expected?.className });
  expect(probabilities).toBeInstanceOf(Float64Array);
  expect(probabilities).toEqual(expected?.probabilities);
}

test.each([0.001, 1, 30, 1e4, 1e9])(
  'the probabilities of a model of scores up to %d are those of predict, to the bit',
  async (size) => {
    const model = digits(size);
    const module = await importText(encodeStandaloneModel(model));
    expectTheSame(module, model, new Uint8Array(784));
    expectTheSame(module, model, new Uint8Array(784).fill(255));
    for (let seed = 0; seed < 20; seed++) expectTheSame(module, model, image(seed));
  },
);

test('they are so for any model', async () => {
  await fc.assert(
    fc.asyncProperty(
      arbitraryModel,
      fc.infiniteStream(fc.nat({ max: 255 })),
      async (model, bytes) => {
        const pixels = Uint8Array.from(
          { length: model.parameters.features },
          () => bytes.next().value,
        );
        expectTheSame(await importText(encodeStandaloneModel(model)), model, pixels);
      },
    ),
    { numRuns: 200 },
  );
});

test('of equal probabilities the first counts, also where all are NaN', async () => {
  const zeros = {
    ...TINY_MODEL.parameters,
    weights: new Float32Array(4),
    bias: new Float32Array(2),
  };
  const even = await importText(encodeStandaloneModel({ ...TINY_MODEL, parameters: zeros }));
  expect(even.predict([9, 9])).toEqual({
    label: 0,
    className: 'left',
    probabilities: Float64Array.of(0.5, 0.5),
  });
  const model = { ...TINY_MODEL, pixelScale: 5e-324 };
  expectTheSame(await importText(encodeStandaloneModel(model)), model, Uint8Array.of(255, 255));
});

test('the same model gives the same text, and that has about 1.34 bytes a byte of weights', () => {
  const text = encodeStandaloneModel(digits(1));
  expect(encodeStandaloneModel(digits(1))).toBe(text);
  expect(text.length).toBeGreaterThan((4 / 3) * 4 * 7850);
  expect(text.length).toBeLessThan((4 / 3) * 4 * 7850 + 2500);
  expect(text).not.toMatch(/\beval\b|\bFunction\b|\bimport\b|\brequire\b/);
});

describe('pixels that are not those of one image', () => {
  const cases: [string, unknown, RegExp][] = [
    ['none', undefined, /expected 2 pixels, found none/],
    ['null', null, /found none/],
    ['a number', 2, /found none/],
    ['one too few', [1], /found 1$/],
    ['one too many', [1, 2, 3], /found 3$/],
    ['a length of text', { length: '2', 0: 1, 1: 1 }, /found none/],
    ['a fraction', [0, 0.5], /whole numbers of 0 to 255, found another value at pixel 1/],
    ['256', [256, 0], /at pixel 0/],
    ['a negative one', [0, -1], /at pixel 1/],
    ['NaN', [Number.NaN, 0], /at pixel 0/],
    ['an infinity', [Number.POSITIVE_INFINITY, 0], /at pixel 0/],
    ['text', '12', /at pixel 0/],
    ['holes', new Array(2), /at pixel 0/],
    ['numbers beyond 53 bits', [1n, 1n], /at pixel 0/],
  ];

  test.each(cases)('%s', async (_, pixels, message) => {
    const { predict } = await importText(encodeStandaloneModel(TINY_MODEL));
    const call = () => predict(pixels as number[]);
    expect(call).toThrowError(RangeError);
    expect(call).toThrowError(message);
  });

  test('any list of bytes will do', async () => {
    const { predict } = await importText(encodeStandaloneModel(TINY_MODEL));
    const expected = predict([7, 200]);
    expect(predict(Uint8Array.of(7, 200))).toEqual(expected);
    expect(predict(Uint8ClampedArray.of(7, 200))).toEqual(expected);
    expect(predict(Float32Array.of(7, 200))).toEqual(expected);
  });
});

test('class names stay what they are', async () => {
  const names = [
    '</script><script>alert(1)</script>',
    '<!--',
    ']]>',
    '\u2028\u2029',
    '"\'`',
    ['$', '{1}'].join(''),
    '\\',
    '\n\r\0',
    '*/',
    '數字',
    '👩‍🚀',
    '\ud800',
    '__proto__',
    '',
  ];
  for (const name of names) {
    const model = { ...TINY_MODEL, classNames: [name, name] };
    const text = encodeStandaloneModel(model);
    expect(text).not.toMatch(/<\/?script|<!--|[^\n -~]/i);
    expect((await importText(text)).predict([0, 0]).className).toBe(name);
  }
});

test('a model that is none is refused', () => {
  expect(() => encodeStandaloneModel({ ...TINY_MODEL, pixelScale: 0 })).toThrowError(
    expect.objectContaining({ code: 'MODEL_INVALID' }),
  );
});
