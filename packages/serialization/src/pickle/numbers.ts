import type { ByteReader } from './byte-reader.js';
import { broken } from './faults.js';

const MAX_DIGITS = 32;
const WHOLE = /^(?:0|-?[1-9]\d*)$/;
const INDEX = /^(?:0|[1-9]\d*)$/;
const FLOAT = /^-?(?:inf|nan|\d+(?:\.\d*)?(?:e[+-]?\d+)?)$/i;

/** A whole number in decimal, or the `00` and `01` that stand for False and True. */
export function decimalOrBoolean(reader: ByteReader): number | boolean {
  const start = reader.offset;
  const text = reader.word(MAX_DIGITS);
  if (text === '00' || text === '01') return text === '01';
  return whole(text, start);
}

/** Python 2's long numbers end in an L. */
export function decimalLong(reader: ByteReader): number {
  const start = reader.offset;
  return whole(reader.word(MAX_DIGITS).replace(/L$/, ''), start);
}

export function decimalIndex(reader: ByteReader): number {
  const start = reader.offset;
  const text = reader.word(MAX_DIGITS);
  if (!INDEX.test(text)) throw broken(start, 'an index', JSON.stringify(text));
  return Number(text);
}

export function decimalFloat(reader: ByteReader): number {
  const start = reader.offset;
  const text = reader.word(MAX_DIGITS);
  if (!FLOAT.test(text)) throw broken(start, 'a number', JSON.stringify(text));
  const value = Number(text.replace(/inf/i, 'Infinity'));
  if (!Number.isFinite(value) && /\d/.test(text)) throw broken(start, 'a number of 64 bits', text);
  return value;
}

/** A two's complement number, the lowest byte first. */
export function longNumber(reader: ByteReader, length: number): number {
  const start = reader.offset;
  if (length > 8) throw broken(start, 'a number of at most 8 bytes', `one of ${length}`);
  let value = 0n;
  for (const byte of reader.take(length).toReversed()) value = (value << 8n) | BigInt(byte);
  return safe(Number(BigInt.asIntN(8 * length, value)), start);
}

function whole(text: string, offset: number): number {
  if (!WHOLE.test(text)) throw broken(offset, 'a whole number', JSON.stringify(text));
  return safe(Number(text), offset);
}

function safe(value: number, offset: number): number {
  if (!Number.isSafeInteger(value)) throw broken(offset, 'a number below 2^53', `${value}`);
  return value;
}
