import type { SoftmaxRegression } from '@softreg/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeCompactModel,
  encodeCompactModel,
  SerializationError,
  type SerializationErrorCode,
} from '../src/index.js';
import { arbitraryModel } from './arbitraries.js';
import { bytesOf, TINY_MODEL } from './samples.js';

const LARGEST_FLOAT = (2 - 2 ** -23) * 2 ** 127;
const SMALLEST_FLOAT = 2 ** -149;

describe('what is written', () => {
  test('is this, byte for byte', () => {
    const json = '["left","right"]';
    const expected = new Uint8Array(19 + json.length + 8 + 8 + 4 + 4);
    const view = new DataView(expected.buffer);
    expected.set([1, 2, 0, 1, 0, 2, 0]);
    view.setFloat64(7, 256, true);
    view.setUint32(15, json.length, true);
    expected.set(new TextEncoder().encode(json), 19);
    const floats = [0.5, -0.125, 1.5 / 127, 2 / 127];
    for (const [index, value] of floats.entries()) view.setFloat32(35 + 4 * index, value, true);
    // 1.5 and -2 are the largest of their classes; 0.25 is 21.2 parts of 127 of 1.5.
    expected.set([127, 256 - 127, 21, 0], 51);
    view.setUint32(55, crcByDivision(expected.subarray(0, 55)), true);
    expect(bytesIn(encodeCompactModel(TINY_MODEL))).toEqual(expected);
  });

  test('the checksum is the one of zip files', () => {
    // The value that every catalog of checksums gives for these nine characters.
    expect(crcByDivision(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  });

  test('of MNIST’s size it has 10,591 characters that a link may hold', () => {
    const text = encodeCompactModel(digitModel());
    expect(text).toHaveLength(10_591);
    expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(new URLSearchParams([['model', text]]).toString()).toBe(`model=${text}`);
  });

  test('a model that is none, or that no link holds, is refused', () => {
    expect(() => encodeCompactModel({ ...TINY_MODEL, pixelScale: 0 })).toThrowError(
      expect.objectContaining({ code: 'MODEL_INVALID' }),
    );
    for (const model of [sized(2 ** 16, 1, 1), sized(1, 2 ** 16, 1), sized(1, 1, 2 ** 16)]) {
      expect(refusalOf(() => encodeCompactModel(model))).toMatchObject({
        code: 'FILE_INVALID_CONTENT',
        expected: 'sizes of at most 65535',
        found: '65536',
      });
    }
    const tooLarge = { code: 'FILE_INVALID_CONTENT', expected: 'at most 2097152 characters' };
    const named = (length: number) => ({ ...sized(1, 1, 1), classNames: ['x'.repeat(length)] });
    // Of 3 x 2^19 bytes these are for all but the name.
    const most = 3 * 2 ** 19 - (19 + 4 + 4 + 4 + 1 + 4);
    const text = encodeCompactModel(named(most));
    expect(text).toHaveLength(2 ** 21);
    expect(decodeCompactModel(text).classNames[0]).toHaveLength(most);
    expect(refusalOf(() => encodeCompactModel(named(most + 1)))).toMatchObject(tooLarge);
    expect(refusalOf(() => encodeCompactModel(sized(65_535, 25, 1)))).toMatchObject(tooLarge);
  });
});

describe('decode(encode(x))', () => {
  test('is x, but for the receipt and what rounding takes', () => {
    fc.assert(
      fc.property(arbitraryModel, (model) => {
        const { parameters, ...rest } = decodeCompactModel(encodeCompactModel(model));
        const { features, classes, weights, bias } = model.parameters;
        expect(rest).toEqual({
          imageHeight: model.imageHeight,
          imageWidth: model.imageWidth,
          classNames: model.classNames,
          pixelScale: model.pixelScale,
          receipt: {},
        });
        expect([parameters.features, parameters.classes]).toEqual([features, classes]);
        expect(bytesOf(parameters.bias)).toEqual(bytesOf(bias));
        for (const [index, weight] of weights.entries()) {
          const ofClass = weights.filter((_, other) => other % classes === index % classes);
          const largest = ofClass.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
          // Beside half a step of 127: the rounding of the scale and of the product, and the smallest numbers, where a scale is 0.
          const most = largest / 254 + largest * 2 ** -22 + 127 * SMALLEST_FLOAT;
          const found = parameters.weights[index] as number;
          expect(Math.abs(found - weight)).toBeLessThanOrEqual(most);
          if (weight === 0) expect(found).toBe(0);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('has the largest numbers that there are', () => {
    for (const largest of [LARGEST_FLOAT, -LARGEST_FLOAT]) {
      const model = withWeights(largest, 1, largest / 2, 0);
      const { weights } = decodeCompactModel(encodeCompactModel(model)).parameters;
      expect(weights[0] as number).toBeCloseTo(largest, -32);
      expect(Math.abs(weights[0] as number)).toBeLessThanOrEqual(LARGEST_FLOAT);
    }
  });

  test('has the smallest numbers as near as a scale can be', () => {
    const tiny = withWeights(190 * SMALLEST_FLOAT, SMALLEST_FLOAT, -80 * SMALLEST_FLOAT, 0);
    const { weights } = decodeCompactModel(encodeCompactModel(tiny)).parameters;
    expect([...weights].map((weight) => weight / SMALLEST_FLOAT)).toEqual([127, 0, -80, 0]);
    const none = encodeCompactModel(withWeights(0, 0, 0, 0));
    expect(encodeCompactModel(withWeights(0, SMALLEST_FLOAT, 0, -SMALLEST_FLOAT))).toBe(none);
  });

  test('rounds no further when it is done again', () => {
    const once = decodeCompactModel(encodeCompactModel(digitModel()));
    const twice = decodeCompactModel(encodeCompactModel(once));
    for (const [index, weight] of twice.parameters.weights.entries()) {
      const before = once.parameters.weights[index] as number;
      expect(Math.abs(weight - before)).toBeLessThanOrEqual(Math.abs(before) * 2 ** -22);
    }
  });
});

describe('what is refused', () => {
  const text = encodeCompactModel(TINY_MODEL);
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

  test('any end that is missing', () => {
    for (let length = 0; length < text.length; length++) {
      expect(refusalOf(() => decodeCompactModel(text.slice(0, length)))).toBeDefined();
    }
  });

  test('any character that is another', () => {
    for (let index = 0; index < text.length; index++) {
      for (const character of ALPHABET) {
        if (character === text[index]) continue;
        const other = text.slice(0, index) + character + text.slice(index + 1);
        expect(refusalOf(() => decodeCompactModel(other))).toBeDefined();
      }
    }
  });

  test('any flipped bit and any missing end of a model of MNIST’s size', () => {
    const long = encodeCompactModel(digitModel());
    const bytes = bytesIn(long);
    fc.assert(
      fc.property(fc.nat(8 * bytes.length - 1), fc.nat(long.length - 1), (bit, length) => {
        const other = bytes.slice();
        other[bit >> 3] = (other[bit >> 3] as number) ^ (1 << (bit & 7));
        expect(refusalOf(() => decodeCompactModel(textOf(other)))).toBeDefined();
        expect(refusalOf(() => decodeCompactModel(long.slice(0, length)))).toBeDefined();
      }),
      { numRuns: 500 },
    );
  });

  test('any nonsense', () => {
    const unit = fc.constantFrom(...ALPHABET);
    const nonsense = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit, maxLength: 100 }));
    fc.assert(
      fc.property(nonsense, (other) => {
        expect(refusalOf(() => decodeCompactModel(other))).toBeDefined();
      }),
      { numRuns: 1000 },
    );
  });

  test('any bytes with a right checksum are a model or refused', () => {
    const header = bytesIn(text);
    fc.assert(
      fc.property(
        fc.nat(header.length - 5),
        fc.nat(255),
        fc.integer({ min: -3, max: 3 }),
        (at, byte, more) => {
          const body = new Uint8Array(header.length - 4 + more);
          body.set(header.subarray(0, Math.min(body.length, header.length - 4)));
          body[Math.min(at, body.length - 1)] = byte;
          try {
            const { parameters } = decodeCompactModel(sealed(body));
            expect(parameters.weights).toHaveLength(parameters.features * parameters.classes);
            expect(parameters.weights.every(Number.isFinite)).toBe(true);
          } catch (error) {
            if (!SerializationError.isInstance(error)) throw error;
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  /** The bytes of the tiny model with these in another place, under a checksum that is right. */
  const edited = (offset: number, ...values: number[]) => {
    const bytes = bytesIn(text).slice(0, -4);
    bytes.set(values, offset);
    return sealed(bytes);
  };
  const float = (value: number) => new Uint8Array(Float32Array.of(value).buffer);
  const whole = bytesIn(text);
  const cases: [string, string, SerializationErrorCode, string][] = [
    ['nothing', '', 'FILE_TRUNCATED', '0'],
    ['22 bytes', textOf(whole.subarray(0, 22)), 'FILE_TRUNCATED', '22'],
    ['padding', `${text}=`, 'FILE_DAMAGED', 'base64url'],
    ['a line end', `${text}\n`, 'FILE_DAMAGED', 'base64url'],
    ['base64 of another alphabet', `${text.slice(0, -1)}+`, 'FILE_DAMAGED', 'base64url'],
    ['three characters too many', `${text}AAA`, 'FILE_DAMAGED', ''],
    ['another version', edited(0, 2), 'FILE_UNSUPPORTED_VERSION', 'found 2'],
    ['a byte less than it says', sealed(whole.slice(0, -5)), 'FILE_TRUNCATED', '59 bytes'],
    ['a byte more', sealed(Uint8Array.of(...whole.slice(0, -4), 0)), 'FILE_TRAILING_BYTES', '60'],
    ['images of 65,535 x 65,535', edited(1, 255, 255, 255, 255), 'FILE_TRUNCATED', '8589672505'],
    ['names of 4 GB', edited(15, 255, 255, 255, 255), 'FILE_TRUNCATED', '4294967'],
    ['no rows', sealed(noRows()), 'FILE_NOT_A_MODEL', ''],
    ['a pixel scale of 0', edited(7, 0, 0, 0, 0, 0, 0, 0, 0), 'FILE_NOT_A_MODEL', 'pixel scale'],
    ['a bias that is infinite', edited(35, ...float(Infinity)), 'FILE_NOT_A_MODEL', 'finite'],
    ['a bias that is none', edited(35, ...float(Number.NaN)), 'FILE_NOT_A_MODEL', 'finite'],
    ['a scale that is infinite', edited(43, ...float(Infinity)), 'FILE_NOT_A_MODEL', 'finite'],
    ['a scale beyond', edited(43, ...float(LARGEST_FLOAT)), 'FILE_NOT_A_MODEL', 'finite'],
    ['names that are no JSON', edited(19, 0x7b), 'FILE_NOT_A_MODEL', 'class names'],
    ['names that are no UTF-8', edited(21, 0xff), 'FILE_NOT_A_MODEL', 'class names'],
    ['a name that is a number', named('[7,"rightxxxx"] '), 'FILE_NOT_A_MODEL', 'class names'],
    ['names of too few classes', named('["leftxxright"] '), 'FILE_NOT_A_MODEL', 'class names'],
    ['names that are an object', named('{"left":"right"}'), 'FILE_NOT_A_MODEL', 'class names'],
    ['more than a link holds', 'A'.repeat(2 ** 21 + 1), 'FILE_TOO_LARGE', '2097153'],
  ];

  test.each(cases)('%s', (_, other, code, part) => {
    const error = refusalOf(() => decodeCompactModel(other));
    expect(error?.code).toBe(code);
    expect(error?.message).toContain(part);
    expect(error?.message.length).toBeLessThan(300);
  });

  function named(json: string): string {
    return edited(19, ...new TextEncoder().encode(json));
  }

  /** No weights, and sizes that say so. */
  function noRows(): Uint8Array {
    const bytes = whole.slice(0, -8);
    bytes[1] = 0;
    return bytes;
  }
});

function refusalOf(work: () => unknown): SerializationError | undefined {
  try {
    work();
  } catch (error) {
    if (SerializationError.isInstance(error)) return error;
    throw error;
  }
  return undefined;
}

function withWeights(...weights: number[]): SoftmaxRegression {
  const parameters = { ...TINY_MODEL.parameters, weights: Float32Array.from(weights) };
  return { ...TINY_MODEL, parameters };
}

function sized(imageHeight: number, imageWidth: number, classes: number): SoftmaxRegression {
  const features = imageHeight * imageWidth;
  return {
    parameters: {
      features,
      classes,
      weights: new Float32Array(features * classes),
      bias: new Float32Array(classes),
    },
    imageHeight,
    imageWidth,
    classNames: Array.from({ length: classes }, (_, label) => String(label)),
    pixelScale: 256,
    receipt: {},
  };
}

/** Of MNIST's size, with weights of -0.5 to 0.5. */
function digitModel(): SoftmaxRegression {
  const { parameters, ...rest } = sized(28, 28, 10);
  const spread = (_: number, index: number) => ((index * 7919) % 10_007) / 10_006 - 0.5;
  return { ...rest, parameters: { ...parameters, weights: parameters.weights.map(spread) } };
}

function sealed(body: Uint8Array): string {
  const bytes = new Uint8Array(body.length + 4);
  bytes.set(body);
  new DataView(bytes.buffer).setUint32(body.length, crcByDivision(body), true);
  return textOf(bytes);
}

function textOf(bytes: Uint8Array): string {
  const characters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(characters).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function bytesIn(text: string): Uint8Array {
  const characters = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(characters, (character) => character.charCodeAt(0));
}

/** CRC-32 as it is defined: the rest of a division of polynomials, bit by bit. */
function crcByDivision(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = ((rest ^ (byte >> bit)) & 1) === 1;
      rest = (rest >>> 1) ^ (isOdd ? 0xedb88320 : 0);
    }
  }
  return ~rest >>> 0;
}
