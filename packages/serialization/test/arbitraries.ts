import type { SoftmaxRegression } from '@softreg/model';
import fc from 'fast-check';
import type { Checkpoint } from '../src/index.js';

const TRICKY = [
  '',
  ' ',
  '"',
  "'",
  '\\',
  '\\"',
  '\\u0022',
  '{"a":1}',
  '\n',
  '\0',
  '\u007f',
  '\u2028',
  '\ufeff',
  'ʒ',
  '數字',
  '👩‍🚀',
  '\ud800',
  '\udc00x',
  '0',
  '1',
  'toString',
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'header_sha256',
  'payload_sha256',
  'format',
];

/** Any text: half of it is made of characters of all of Unicode, half is known to be trouble. */
export const arbitraryText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(...TRICKY),
);

/** Text that JSON writes as it is: another is no name. */
export const arbitraryName: fc.Arbitrary<string> = arbitraryText.filter(
  (text) => !JSON.stringify(text).includes('\\'),
);

const arbitraryWeight: fc.Arbitrary<number> = fc.oneof(
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 2 ** -149, -(2 ** -149), 2 ** -126, (2 - 2 ** -23) * 2 ** 127),
);

function arrayOf<T>(item: fc.Arbitrary<T>, length: number): fc.Arbitrary<T[]> {
  return fc.array(item, { minLength: length, maxLength: length });
}

const arbitraryRecord: fc.Arbitrary<Record<string, string>> = fc
  .array(fc.tuple(arbitraryName, arbitraryText), { maxLength: 5 })
  .map((entries) => Object.fromEntries(entries));

export const arbitraryModel: fc.Arbitrary<SoftmaxRegression> = fc
  .record({
    height: fc.integer({ min: 1, max: 4 }),
    width: fc.integer({ min: 1, max: 4 }),
    classes: fc.integer({ min: 1, max: 4 }),
  })
  .chain(({ height, width, classes }) =>
    fc.record({
      parameters: fc.record({
        features: fc.constant(height * width),
        classes: fc.constant(classes),
        weights: arrayOf(arbitraryWeight, height * width * classes).map(toFloats),
        bias: arrayOf(arbitraryWeight, classes).map(toFloats),
      }),
      imageHeight: fc.constant(height),
      imageWidth: fc.constant(width),
      classNames: arrayOf(arbitraryText, classes),
      pixelScale: fc.double({
        min: 0,
        minExcluded: true,
        noNaN: true,
        noDefaultInfinity: true,
      }),
      receipt: arbitraryRecord,
    }),
  );

/** Arrays of any shape and any finite numbers. */
const arbitraryArray = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }).chain((shape) =>
  arrayOf(
    arbitraryWeight,
    shape.reduce((product, size) => product * size, 1),
  ).map((data) => ({ shape, data: toFloats(data) })),
);

/** Text without halves of characters, which UTF-8 has none of. */
const arbitraryWholeText = arbitraryText.map((text) => text.replace(/\p{Surrogate}/gu, '?'));

export const arbitraryCheckpoint: fc.Arbitrary<Checkpoint> = fc.record({
  arrays: fc
    .array(fc.tuple(arbitraryName, arbitraryArray), { maxLength: 5 })
    .map((entries) => Object.fromEntries(entries)),
  values: arbitraryWholeText,
  config: arbitraryWholeText,
});

function toFloats(values: number[]): Float32Array {
  return Float32Array.from(values);
}
