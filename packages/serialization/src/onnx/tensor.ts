import { create } from '@bufbuild/protobuf';
import { SerializationError } from '../errors.js';
import { DATA_IN_FILE, DATA_TYPE } from './constants.js';
import { demand, listed } from './faults.js';
import { type TensorProto, TensorProtoSchema } from './generated/onnx_pb.js';

/** More dimensions than any tensor of a classifier. */
const MAX_DIMENSIONS = 8;

/** A tensor's numbers, row-major. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

export function float32Tensor(
  name: string,
  shape: readonly number[],
  data: Float32Array,
): TensorProto {
  const rawData = new Uint8Array(4 * data.length);
  const view = new DataView(rawData.buffer);
  for (const [index, value] of data.entries()) view.setFloat32(4 * index, value, true);
  return create(TensorProtoSchema, {
    name,
    dims: shape.map(BigInt),
    dataType: DATA_TYPE.float,
    rawData,
  });
}

/**
 * The numbers of a tensor of float32, float64, int32 or int64; every byte of the data is one of an element.
 *
 * @throws SerializationError FILE_NOT_A_MODEL; FILE_REFUSED for data in another file
 */
export function numbersOf(tensor: TensorProto, subject: string): Numbers {
  const { dims, dataType, dataLocation, externalData } = tensor;
  if (dataLocation !== DATA_IN_FILE || externalData.length > 0) {
    throw new SerializationError({
      code: 'FILE_REFUSED',
      subject: `ONNX model, ${subject}`,
      expected: 'data in the model itself',
      found: 'data in another file, which is not read',
      advice: 'save the model as one file',
    });
  }
  const shape = dims.map(Number);
  const count = shape.reduce((product, length) => product * length, 1);
  const fits = shape.length <= MAX_DIMENSIONS && shape.every((length) => length >= 0);
  demand(fits && Number.isSafeInteger(count), subject, 'a shape', listed(shape));
  switch (dataType) {
    case DATA_TYPE.float:
      return { shape, data: floats(dataOf(tensor, 'floatData', 4 * count, subject)) };
    case DATA_TYPE.double:
      return { shape, data: doubles(dataOf(tensor, 'doubleData', 8 * count, subject)) };
    case DATA_TYPE.int32:
      return { shape, data: integers(tensor, 'int32Data', 4, count, subject) };
    case DATA_TYPE.int64:
      return { shape, data: integers(tensor, 'int64Data', 8, count, subject) };
    default:
      demand(false, subject, 'numbers in float, double, int32 or int64', `type ${dataType}`);
  }
}

const DATA_FIELDS = ['rawData', 'floatData', 'doubleData', 'int32Data', 'int64Data'] as const;

type DataField = (typeof DATA_FIELDS)[number];

/** The one field that has the data, and how much is in it, in bytes or in numbers. */
function dataField(tensor: TensorProto, typed: DataField, subject: string) {
  const used = DATA_FIELDS.filter((field) => tensor[field].length > 0);
  const field = used[0] ?? 'rawData';
  const holds = used.length <= 1 && (field === 'rawData' || field === typed);
  demand(holds, subject, `its data in raw_data or in that of its type`, used.join(' and '));
  return { field, length: tensor[field].length };
}

function dataOf(
  tensor: TensorProto,
  typed: 'floatData' | 'doubleData',
  size: number,
  subject: string,
): Uint8Array {
  const { field, length } = dataField(tensor, typed, subject);
  demand(length === size, subject, `${size} bytes of data for its shape`, length);
  return tensor[field === typed ? typed : 'rawData'];
}

function floats(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const data = new Float32Array(bytes.length / 4);
  for (let i = 0; i < data.length; i++) data[i] = view.getFloat32(4 * i, true);
  return data;
}

function doubles(bytes: Uint8Array): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const data = new Float64Array(bytes.length / 8);
  for (let i = 0; i < data.length; i++) data[i] = view.getFloat64(8 * i, true);
  return data;
}

function integers(
  tensor: TensorProto,
  typed: 'int32Data' | 'int64Data',
  size: 4 | 8,
  count: number,
  subject: string,
): Float64Array {
  const { field, length } = dataField(tensor, typed, subject);
  const found = field === 'rawData' ? length / size : length;
  demand(found === count, subject, `${count} whole numbers for its shape`, found);
  const { rawData } = tensor;
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.length);
  const raw = (i: number) =>
    size === 4 ? view.getInt32(4 * i, true) : view.getBigInt64(8 * i, true);
  const data = Float64Array.from({ length: count }, (_, i) => Number(tensor[typed][i] ?? raw(i)));
  demand(data.every(Number.isSafeInteger), subject, 'whole numbers of at most 2^53', 'larger ones');
  return data;
}
