import { brief } from '../brief.js';
import { SerializationError, type SerializationErrorCode } from '../errors.js';
import { parseJson, READABLE_JSON } from '../json.js';
import { decodeUtf8 } from '../utf8.js';
import {
  type Dtype,
  ELEMENT_BYTES,
  isCounts,
  isDtype,
  MAX_HEADER_BYTES,
  METADATA_NAME,
  type SafetensorsFile,
  type Tensor,
  tensorBytes,
} from './tensor.js';

const LENGTH_BYTES = 8;
const OPENING_BRACE = 0x7b;

/**
 * Position of the first byte after the header.
 *
 * @throws SerializationError FILE_TRUNCATED, FILE_NOT_SAFETENSORS
 */
export function payloadStart(bytes: Uint8Array): number {
  if (bytes.length < LENGTH_BYTES) {
    throw wrong('FILE_TRUNCATED', 'header', 'at least 8 bytes', `${bytes.length}`, bytes.length);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  const first = bytes[LENGTH_BYTES] ?? OPENING_BRACE;
  if (first !== OPENING_BRACE) {
    throw wrong('FILE_NOT_SAFETENSORS', 'file', 'a safetensors file', 'something else', 0);
  }
  if (length > MAX_HEADER_BYTES) {
    const expected = `a safetensors file with a header of at most ${MAX_HEADER_BYTES} bytes`;
    throw wrong('FILE_NOT_SAFETENSORS', 'file', expected, `${length}`, 0);
  }
  const end = LENGTH_BYTES + Number(length);
  if (end > bytes.length) {
    const found = `the end of the file after ${bytes.length}`;
    throw wrong('FILE_TRUNCATED', 'header', `${end} bytes`, found, bytes.length);
  }
  return end;
}

/**
 * Decodes a safetensors file, strictly: every byte of the payload belongs to exactly one array, every size fits its shape.
 *
 * @throws SerializationError FILE_TRUNCATED, FILE_TRAILING_BYTES, FILE_NOT_SAFETENSORS, FILE_INVALID_HEADER
 */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsFile {
  const payload = bytes.subarray(payloadStart(bytes));
  const header = parseHeader(bytes.subarray(LENGTH_BYTES, payload.byteOffset - bytes.byteOffset));
  const metadata = new Map<string, string>();
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA_NAME) readMetadata(value, metadata);
    else entries.push(readEntry(name, value));
  }
  entries.sort((a, b) => a.start - b.start || a.end - b.end);
  let position = 0;
  for (const { name, start, end } of entries) {
    if (start !== position) {
      throw invalidHeader(`tensor ${brief(name)}`, `data from offset ${position}`, `from ${start}`);
    }
    position = end;
  }
  const fileBytes = bytes.length - payload.length + position;
  if (bytes.length < fileBytes) {
    const found = `the end of the file after ${bytes.length}`;
    throw wrong('FILE_TRUNCATED', 'data', `${fileBytes} bytes`, found, bytes.length);
  }
  if (bytes.length > fileBytes) {
    const found = `${bytes.length - fileBytes} more bytes`;
    const expected = `the end of the file after ${fileBytes} bytes`;
    throw wrong('FILE_TRAILING_BYTES', 'data', expected, found, fileBytes);
  }
  const tensors = new Map(entries.map((entry) => [entry.name, readTensor(entry, payload)]));
  return { tensors, metadata };
}

interface Entry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  const text = decodeUtf8(bytes);
  if (text === undefined) throw invalidHeader('header', 'UTF-8 text', 'other bytes');
  const header = parseJson(text);
  if (header === undefined) throw invalidHeader('header', READABLE_JSON, brief(text));
  if (!isRecord(header)) throw invalidHeader('header', 'a JSON object', brief(header));
  return header;
}

function readMetadata(value: unknown, metadata: Map<string, string>): void {
  if (!isRecord(value)) throw invalidHeader('metadata', 'an object', brief(value));
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') {
      throw invalidHeader(`metadata ${brief(key)}`, 'text', brief(text));
    }
    metadata.set(key, text);
  }
}

function readEntry(name: string, value: unknown): Entry {
  const subject = `tensor ${brief(name)}`;
  if (!isRecord(value)) throw invalidHeader(subject, 'an object', brief(value));
  const { dtype, shape, data_offsets: offsets, ...rest } = value;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) {
    throw invalidHeader(subject, 'dtype, shape and data_offsets alone', brief(unknown));
  }
  if (!isDtype(dtype)) throw invalidHeader(subject, 'element type F32, I32 or U8', brief(dtype));
  if (!isCounts(shape)) throw invalidHeader(subject, 'a shape', brief(shape));
  if (!isCounts(offsets) || offsets.length !== 2) {
    throw invalidHeader(subject, 'two data offsets', brief(offsets));
  }
  const [start, end] = offsets as [number, number];
  const size = tensorBytes(dtype, shape);
  if (end - start !== size) {
    throw invalidHeader(subject, `${size} bytes for its shape`, `${end - start}`);
  }
  return { name, dtype, shape, start, end };
}

function readTensor({ dtype, shape, start, end }: Entry, payload: Uint8Array): Tensor {
  // Not slice: that of a Node Buffer copies nothing.
  if (dtype === 'U8') return { dtype, shape, data: new Uint8Array(payload.subarray(start, end)) };
  const view = new DataView(payload.buffer, payload.byteOffset + start, end - start);
  const words = new Uint32Array((end - start) / ELEMENT_BYTES[dtype]);
  for (let i = 0; i < words.length; i++) words[i] = view.getUint32(4 * i, true);
  return dtype === 'F32'
    ? { dtype, shape, data: new Float32Array(words.buffer) }
    : { dtype, shape, data: new Int32Array(words.buffer) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalidHeader(subject: string, expected: string, found: string): SerializationError {
  return new SerializationError({
    code: 'FILE_INVALID_HEADER',
    subject,
    expected,
    found,
    offset: LENGTH_BYTES,
  });
}

function wrong(
  code: SerializationErrorCode,
  subject: string,
  expected: string,
  found: string,
  offset: number,
): SerializationError {
  return new SerializationError({ code, subject, expected, found, offset });
}
