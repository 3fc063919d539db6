import { below, type Change, HOSTILE_NUMBERS, mutated, pick, type Random } from '@softreg/testkit';
import { sealedFile, takeApart } from './sealed-file.js';

const NUMBER_TEXTS = [
  ...HOSTILE_NUMBERS.map(String),
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
export function mutatedBytes(
  random: Random,
  file: Uint8Array,
  others: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  return mutated(random, file, others, [lengthField]);
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

const lengthField: Change = (random, bytes) => {
  if (bytes.length < 8) return bytes;
  new DataView(bytes.buffer).setBigUint64(0, BigInt(pick(random, HOSTILE_NUMBERS)), true);
  return bytes;
};

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
