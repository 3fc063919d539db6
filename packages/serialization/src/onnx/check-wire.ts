import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { SerializationError } from '../errors.js';
import { TensorProtoSchema } from './generated/onnx_pb.js';

/** Fields, numbers in lists and unknown fields: two bytes of a file could become a hundred of memory. */
const MAX_ITEMS = 2 ** 14;
/** Floats of attributes, of which the weights of some models are made. */
const MAX_FLOATS = 2 ** 22;
/** Names, metadata and such, in UTF-8. */
export const MAX_TEXT_BYTES = 2 ** 20;

interface Totals {
  items: number;
  floats: number;
  textBytes: number;
}

/**
 * Walks through the bytes of a message and decodes nothing: what the decoder makes of them afterwards is bounded, no field that may be there
 * once is there twice, and each has the form on the wire that its type has.
 *
 * @throws SerializationError FILE_DAMAGED, FILE_TOO_LARGE
 */
export function checkWire(schema: DescMessage, bytes: Uint8Array): void {
  try {
    walk(schema, bytes, bytes.byteOffset, { items: 0, floats: 0, textBytes: 0 });
  } catch (error) {
    if (SerializationError.isInstance(error)) throw error;
    // The library's reader throws plain errors at what is cut or is no tag.
    throw damaged('a whole ONNX model', (error as Error).message, undefined, error);
  }
}

function walk(schema: DescMessage, bytes: Uint8Array, origin: number, totals: Totals): void {
  const reader = new BinaryReader(bytes);
  const seen = new Set<number>();
  while (reader.pos < reader.len) {
    const offset = bytes.byteOffset - origin + reader.pos;
    const [number, wireType] = reader.tag();
    if (wireType === WireType.StartGroup || wireType === WireType.EndGroup) {
      throw damaged('an ONNX model, which has no groups', `one in ${schema.name}`, offset);
    }
    const field = schema.fields.find((known) => known.number === number);
    if (field === undefined) {
      reader.skip(wireType, number);
      count(totals, 'items', 1, MAX_ITEMS);
      continue;
    }
    const isList = field.fieldKind === 'list';
    if (!isList && seen.has(number)) {
      throw damaged(`one ${field.name} in ${schema.name}`, 'another', offset);
    }
    seen.add(number);
    const isPacked = isList && wireType === WireType.LengthDelimited && wireOf(field) !== wireType;
    if (!isPacked && wireType !== wireOf(field)) {
      throw damaged(`${field.name} as ONNX writes it`, `wire type ${wireType}`, offset);
    }
    if (wireType !== WireType.LengthDelimited) {
      reader.skip(wireType, number);
      countNumbers(totals, field, 1);
      continue;
    }
    const content = reader.bytes();
    if (isPacked) countNumbers(totals, field, content.length);
    else count(totals, 'items', 1, MAX_ITEMS);
    if (isText(schema, field)) {
      count(totals, 'textBytes', content.length, MAX_TEXT_BYTES);
    }
    if (field.message !== undefined) walk(field.message, content, origin, totals);
  }
}

/** Bytes are texts too, but for the data of tensors. */
function isText(schema: DescMessage, { scalar }: DescField): boolean {
  if (scalar === ScalarType.BYTES) return schema.typeName !== TensorProtoSchema.typeName;
  return scalar === ScalarType.STRING;
}

function wireOf(field: DescField): WireType {
  switch (field.scalar) {
    case ScalarType.INT32:
    case ScalarType.INT64:
      return WireType.Varint;
    case ScalarType.FLOAT:
      return WireType.Bit32;
    default:
      return WireType.LengthDelimited;
  }
}

/** Of packed numbers there are at most as many as bytes, and of floats a quarter of that. */
function countNumbers(totals: Totals, field: DescField, numbers: number): void {
  if (field.scalar === ScalarType.FLOAT) count(totals, 'floats', numbers, MAX_FLOATS);
  else count(totals, 'items', numbers, MAX_ITEMS);
}

function count(totals: Totals, name: keyof Totals, more: number, most: number): void {
  totals[name] += more;
  if (totals[name] <= most) return;
  const what = { items: 'fields', floats: 'numbers in attributes', textBytes: 'bytes of text' };
  throw new SerializationError({
    code: 'FILE_TOO_LARGE',
    subject: 'ONNX model',
    expected: `at most ${most} ${what[name]}`,
    found: 'more',
    advice: 'a softmax regression has few; large weights belong in the raw data of initializers',
  });
}

function damaged(
  expected: string,
  found: string,
  offset: number | undefined,
  cause?: unknown,
): SerializationError {
  return new SerializationError({
    code: 'FILE_DAMAGED',
    subject: 'file',
    expected,
    found,
    offset,
    cause,
  });
}
