import { broken } from './faults.js';
import { PyText } from './values.js';

/** What is a name, a key or an option is shorter. */
export const MAX_NAME_BYTES = 256;

const BACKSLASH = 0x5c;
const VALIDATED_AT_ONCE = 2 ** 16;
const ESCAPED: ReadonlyMap<number, number> = new Map(
  Object.entries({ '\\': '\\', "'": "'", '"': '"', n: '\n', r: '\r', t: '\t' }).map(([key, by]) => [
    key.charCodeAt(0),
    by.charCodeAt(0),
  ]),
);

/** The text of a name, a key or an option. @returns undefined if it is too long for one */
export function shortText({ bytes, encoding }: PyText): string | undefined {
  if (bytes.length > MAX_NAME_BYTES) return undefined;
  if (encoding === 'latin1') return String.fromCharCode(...bytes);
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** @throws SerializationError FILE_NOT_A_PICKLE where the bytes are not UTF-8 */
export function utf8Text(bytes: Uint8Array, offset: number): PyText {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for (let start = 0; start < bytes.length; start += VALIDATED_AT_ONCE) {
      decoder.decode(bytes.subarray(start, start + VALIDATED_AT_ONCE), { stream: true });
    }
    decoder.decode();
  } catch {
    throw broken(offset, 'text in UTF-8', 'other bytes');
  }
  return new PyText(bytes, 'utf-8');
}

/**
 * The byte string that Python 2 wrote as it would in a program: in quotes, with the escapes of `repr`.
 *
 * @param allocate makes room for bytes, or throws
 */
export function quotedText(
  line: Uint8Array,
  offset: number,
  allocate: (length: number) => Uint8Array,
): PyText {
  const quote = line[0];
  if (line.length < 2 || (quote !== 0x27 && quote !== 0x22) || line.at(-1) !== quote) {
    throw broken(offset, 'a string in quotes', 'something else');
  }
  const inner = line.subarray(1, -1);
  if (!inner.includes(BACKSLASH)) return new PyText(inner, 'latin1');
  const bytes = allocate(inner.length);
  let length = 0;
  for (let i = 0; i < inner.length; i++) {
    let byte = inner[i] as number;
    if (byte === BACKSLASH) {
      i += 1;
      const escaped = ESCAPED.get(inner[i] ?? 0);
      byte = escaped ?? (inner[i] === 0x78 ? hexadecimal(inner, i + 1, 2) : -1);
      if (byte < 0) throw broken(offset, 'an escape that Python’s repr writes', 'another one');
      if (escaped === undefined) i += 2;
    }
    bytes[length++] = byte;
  }
  return new PyText(bytes.subarray(0, length), 'latin1');
}

/**
 * Text as protocol 0 has it: characters up to U+00FF as bytes, but for those that `\uXXXX` and `\UXXXXXXXX` stand for.
 *
 * @param allocate makes room for bytes, or throws
 */
export function rawUnicodeText(
  line: Uint8Array,
  offset: number,
  allocate: (length: number) => Uint8Array,
): PyText {
  let [count, size, largest] = [0, 0, 0];
  eachCharacter(line, offset, (code) => {
    count += 1;
    size += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    largest = Math.max(largest, code);
  });
  if (count === line.length) return new PyText(line, 'latin1');
  const isLatin1 = largest <= 0xff;
  const bytes = allocate(isLatin1 ? count : size);
  let length = 0;
  eachCharacter(line, offset, (code) => {
    if (isLatin1) bytes[length++] = code;
    else length = appendUtf8(bytes, length, code);
  });
  return new PyText(bytes, isLatin1 ? 'latin1' : 'utf-8');
}

function eachCharacter(line: Uint8Array, offset: number, visit: (code: number) => void): void {
  for (let i = 0; i < line.length; i++) {
    let code = line[i] as number;
    if (code === BACKSLASH) {
      const digits = line[i + 1] === 0x75 ? 4 : line[i + 1] === 0x55 ? 8 : 0;
      code = hexadecimal(line, i + 2, digits);
      const isSurrogate = code >= 0xd800 && code < 0xe000;
      if (digits === 0 || code < 0 || code > 0x10ffff || isSurrogate) {
        throw broken(offset, 'an escape of a character', 'another one');
      }
      i += 1 + digits;
    }
    visit(code);
  }
}

/**
 * The bytes whose numbers are those of the characters: how Python 3 writes bytes in protocols that have none.
 *
 * @param allocate makes room for bytes, or throws
 */
export function latin1Bytes(
  { bytes, encoding }: PyText,
  offset: number,
  allocate: (length: number) => Uint8Array,
): Uint8Array {
  if (encoding === 'latin1') return bytes;
  const encoded = allocate(bytes.length);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    let code = bytes[i] as number;
    if (code >= 0x80) {
      // The text is valid UTF-8: C2 and C3 begin the characters U+0080 to U+00FF, others come after those.
      if (code > 0xc3) throw broken(offset, 'characters up to U+00FF', 'one after that');
      i += 1;
      code = ((code & 0x03) << 6) | ((bytes[i] as number) & 0x3f);
    }
    encoded[length++] = code;
  }
  return encoded.subarray(0, length);
}

/** @returns -1 where there are no such digits */
function hexadecimal(bytes: Uint8Array, start: number, digits: number): number {
  let value = 0;
  for (let i = start; i < start + digits; i++) {
    const byte = bytes[i] ?? 0;
    const letter = byte | 0x20;
    if (byte >= 0x30 && byte <= 0x39) value = 16 * value + byte - 0x30;
    else if (letter >= 0x61 && letter <= 0x66) value = 16 * value + letter - 0x57;
    else return -1;
  }
  return value;
}

function appendUtf8(bytes: Uint8Array, start: number, code: number): number {
  if (code < 0x80) {
    bytes[start] = code;
    return start + 1;
  }
  const rest = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  bytes[start] = ((0xff00 >> (rest + 1)) & 0xff) | (code >> (6 * rest));
  for (let i = 1; i <= rest; i++) bytes[start + i] = 0x80 | ((code >> (6 * (rest - i))) & 0x3f);
  return start + rest + 1;
}
