import { below, pick, type Random } from './random.js';
import { sealedFile, takeApart } from './sealed-file.js';

/** What a size, a count or an offset is never believed to be. */
const NUMBERS = [
  0,
  1,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 31 + 1,
  2 ** 32 - 1,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 53 + 2,
];
const NUMBER_TEXTS = [
  ...NUMBERS.map(String),
  '9007199254740993',
  '-1',
  '-0',
  '0.5',
  '1e400',
  '1e-400',
];
const JSON_TEXTS = [
  'null',
  'true',
  '""',
  '"F32"',
  '[]',
  '{}',
  '[[[[]]]]',
  '"\\ud800"',
  '{"__proto__":[]}',
];

/** A file with one to three changes of any kind; `others` lend parts to it. */
export function mutated(
  random: Random,
  file: Uint8Array,
  others: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(file);
  for (let change = 0; change <= below(random, 3); change++) {
    bytes = pick(random, CHANGES)(random, bytes, others);
  }
  return bytes;
}

/** A safetensors file with changes in the JSON of its header; length and seals are made right again. */
export async function mutatedHeader(
  random: Random,
  file: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const { headerText, payload } = takeApart(file);
  return sealedFile(mutatedJson(random, headerText), payload);
}

/** JSON, mostly, with one to three changes. */
export function mutatedJson(random: Random, json: string): string {
  let text = json;
  for (let change = 0; change <= below(random, 3); change++) {
    text = pick(random, TEXT_CHANGES)(random, text);
  }
  return text;
}

type Change = (
  random: Random,
  bytes: Uint8Array<ArrayBuffer>,
  others: readonly Uint8Array[],
) => Uint8Array<ArrayBuffer>;

const CHANGES: readonly Change[] = [
  function flipBits(random, bytes) {
    for (let flip = 0; flip <= below(random, 8); flip++) {
      const position = below(random, bytes.length);
      bytes[position] = (bytes[position] ?? 0) ^ (1 << below(random, 8));
    }
    return bytes;
  },
  function truncate(random, bytes) {
    return bytes.slice(0, below(random, bytes.length + 1));
  },
  function duplicateBlock(random, bytes) {
    const [start, end] = block(random, bytes);
    return joined(bytes.subarray(0, end), bytes.subarray(start));
  },
  function deleteBlock(random, bytes) {
    const [start, end] = block(random, bytes);
    return joined(bytes.subarray(0, start), bytes.subarray(end));
  },
  function splice(random, bytes, others) {
    const other = pick(random, others);
    const at = below(random, Math.min(bytes.length, other.length) + 1);
    return joined(bytes.subarray(0, at), other.subarray(at));
  },
  function lengthField(random, bytes) {
    if (bytes.length < 8) return bytes;
    const value = BigInt(pick(random, NUMBERS));
    new DataView(bytes.buffer).setBigUint64(0, value, true);
    return bytes;
  },
];

const TEXT_CHANGES: readonly ((random: Random, text: string) => string)[] = [
  (random, text) => replacedOne(random, text, /-?\d+(?:\.\d+)?/g, pick(random, NUMBER_TEXTS)),
  (random, text) =>
    replacedOne(random, text, /"[^"]*"(?!:)|\[[^[\]]*\]|\d+/g, pick(random, JSON_TEXTS)),
  (random, text) =>
    replacedOne(
      random,
      text,
      /"[^"]*"(?=:)/g,
      pick(random, ['"__proto__"', '"constructor"', '""', '"bias"']),
    ),
  function deleteMember(random, text) {
    return replacedOne(random, text, /"[^"]*":(?:"[^"]*"|\[[^[\]]*\]|\d+),?/g, '');
  },
  function changeCharacter(random, text) {
    const at = below(random, text.length);
    return text.slice(0, at) + String.fromCharCode(below(random, 0x300)) + text.slice(at + 1);
  },
  function duplicatePart(random, text) {
    const start = below(random, text.length);
    const end = start + below(random, text.length - start + 1);
    return text.slice(0, end) + text.slice(start);
  },
];

function replacedOne(random: Random, text: string, pattern: RegExp, by: string): string {
  const matches = [...text.matchAll(pattern)];
  if (matches.length === 0) return text;
  const match = pick(random, matches);
  return text.slice(0, match.index) + by + text.slice(match.index + match[0].length);
}

function block(random: Random, bytes: Uint8Array): [number, number] {
  const start = below(random, bytes.length + 1);
  return [start, start + below(random, bytes.length - start + 1)];
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
