import { SerializationError, type SerializationErrorCode } from '../errors.js';
import { type Dtype, ELEMENT_BYTES, type SafetensorsFile, type Tensor } from './tensor.js';

const LENGTH_BYTES = 8;

/** A header of ours has a few kilobytes; the reference reader refuses more than 100 MB. */
const MAX_HEADER_BYTES = 16 * 2 ** 20;

/** Where the parts of a safetensors file lie, after the check that they all lie within it. */
export interface Layout {
  readonly headerText: string;
  /** Position of the first byte after the header. */
  readonly payloadStart: number;
}

/** @throws SerializationError FILE_TRUNCATED, FILE_NOT_SAFETENSORS */
export function readLayout(bytes: Uint8Array): Layout {
  if (bytes.length < LENGTH_BYTES) {
    throw wrong('FILE_TRUNCATED', 'header', 'at least 8 bytes', `${bytes.length}`, bytes.length);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES || bytes[LENGTH_BYTES] !== 0x7b) {
    throw wrong('FILE_NOT_SAFETENSORS', 'file', 'a safetensors file', 'something else', 0);
  }
  const payloadStart = LENGTH_BYTES + Number(length);
  if (payloadStart > bytes.length) {
    throw wrong(
      'FILE_TRUNCATED',
      'header',
      `${payloadStart} bytes`,
      `the end of the file after ${bytes.length}`,
      bytes.length,
    );
  }
  const header = bytes.subarray(LENGTH_BYTES, payloadStart);
  try {
    const headerText = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header);
    return { headerText, payloadStart };
  } catch {
    throw wrong('FILE_INVALID_HEADER', 'header', 'UTF-8 text', 'other bytes', LENGTH_BYTES);
  }
}

/**
 * Decodes a safetensors file, strictly: every byte of the payload belongs to exactly one array, every size fits its shape.
 *
 * @throws SerializationError FILE_TRUNCATED, FILE_TRAILING_BYTES, FILE_NOT_SAFETENSORS, FILE_INVALID_HEADER
 */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { headerText, payloadStart } = readLayout(bytes);
  const header = parseHeader(headerText);
  const metadata = new Map<string, string>();
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') readMetadata(value, metadata);
    else entries.push(readEntry(name, value));
  }
  entries.sort((a, b) => a.start - b.start || a.end - b.end);
  let position = 0;
  for (const { name, start, end } of entries) {
    if (start !== position) {
      throw invalidHeader(`tensor ${name}`, `data from offset ${position}`, `from ${start}`);
    }
    position = end;
  }
  const fileBytes = payloadStart + position;
  if (bytes.length < fileBytes) {
    const found = `the end of the file after ${bytes.length}`;
    throw wrong('FILE_TRUNCATED', 'data', `${fileBytes} bytes`, found, bytes.length);
  }
  if (bytes.length > fileBytes) {
    const found = `${bytes.length - fileBytes} more bytes`;
    const expected = `the end of the file after ${fileBytes} bytes`;
    throw wrong('FILE_TRAILING_BYTES', 'data', expected, found, fileBytes);
  }
  const tensors = new Map(
    entries.map((entry) => [
      entry.name,
      readTensor(entry, bytes.subarray(payloadStart + entry.start, payloadStart + entry.end)),
    ]),
  );
  return { tensors, metadata };
}

interface Entry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

function parseHeader(text: string): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw invalidHeader('header', 'JSON', 'other text');
  }
  if (!isRecord(header)) throw invalidHeader('header', 'a JSON object', typeof header);
  return header;
}

function readMetadata(value: unknown, metadata: Map<string, string>): void {
  if (!isRecord(value)) throw invalidHeader('metadata', 'an object', typeof value);
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw invalidHeader(`metadata ${key}`, 'text', typeof text);
    metadata.set(key, text);
  }
}

function readEntry(name: string, value: unknown): Entry {
  const subject = `tensor ${name}`;
  if (!isRecord(value)) throw invalidHeader(subject, 'an object', typeof value);
  const { dtype, shape, data_offsets: offsets, ...rest } = value;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) {
    throw invalidHeader(subject, 'dtype, shape and data_offsets alone', unknown);
  }
  if (dtype !== 'F32' && dtype !== 'I32') {
    throw invalidHeader(subject, 'element type F32 or I32', JSON.stringify(dtype) ?? 'none');
  }
  if (!isCounts(shape)) throw invalidHeader(subject, 'a shape', JSON.stringify(shape) ?? 'none');
  if (!isCounts(offsets) || offsets.length !== 2) {
    throw invalidHeader(subject, 'two data offsets', JSON.stringify(offsets) ?? 'none');
  }
  const [start, end] = offsets as [number, number];
  const size = shape.reduce((product, length) => product * length, ELEMENT_BYTES);
  if (end - start !== size) {
    throw invalidHeader(subject, `${size} bytes for its shape`, `${end - start}`);
  }
  return { name, dtype, shape, start, end };
}

function readTensor({ dtype, shape }: Entry, bytes: Uint8Array): Tensor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = bytes.length / ELEMENT_BYTES;
  if (dtype === 'F32') {
    const data = Float32Array.from({ length }, (_, i) => view.getFloat32(4 * i, true));
    return { dtype, shape, data };
  }
  return { dtype, shape, data: Int32Array.from({ length }, (_, i) => view.getInt32(4 * i, true)) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
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
