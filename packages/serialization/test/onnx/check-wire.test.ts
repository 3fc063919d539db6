import { describe, expect, test } from 'vitest';
import { decodeOnnxModel, encodeOnnxModel } from '../../src/index.js';
import { TINY_MODEL } from '../samples.js';
import { edited } from './edited-model.js';

const file = await encodeOnnxModel(TINY_MODEL);

/** A field by the rules of the wire: its number and type, and the bytes after them. */
function field(number: number, wireType: number, ...content: number[]): number[] {
  return [...varint(8 * number + wireType), ...content];
}

function message(number: number, content: readonly number[]): number[] {
  return [...field(number, 2, ...varint(content.length))].concat(content);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

function repeated(count: number, bytes: readonly number[]): number[] {
  return Array.from({ length: count }, () => bytes).flat();
}

function readingWith(more: readonly number[]): Promise<unknown> {
  return decodeOnnxModel(Uint8Array.from([...file].concat(more)));
}

test('the fields are those of an ONNX file', async () => {
  expect([...file.subarray(0, 2)]).toEqual(field(1, 0, 7));
  expect(message(14, message(1, [97]))).toEqual([0x72, 3, 0x0a, 1, 97]);
});

describe('bytes that are no model are refused', () => {
  const cases: [string, number[], string, RegExp][] = [
    [
      'a field twice',
      field(1, 0, 7),
      'FILE_DAMAGED',
      /one ir_version in ModelProto, found another \(at byte/,
    ],
    ['a graph twice', message(7, []), 'FILE_DAMAGED', /one graph in ModelProto, found another/],
    ['a group', field(20, 3), 'FILE_DAMAGED', /no groups, found one in ModelProto/],
    ['the end of a group', field(20, 4), 'FILE_DAMAGED', /no groups/],
    [
      'a hundred thousand groups in each other',
      repeated(100_000, field(20, 3)),
      'FILE_DAMAGED',
      /no groups/,
    ],
    [
      'a graph that is a number',
      field(8, 0, 1),
      'FILE_DAMAGED',
      /opset_import as ONNX writes it, found wire type 0/,
    ],
    ['a number in eight bytes', field(5, 1), 'FILE_DAMAGED', /.*/],
    ['field 0', [2, 0], 'FILE_DAMAGED', /a whole ONNX model/],
    ['wire type 7', [15], 'FILE_DAMAGED', /a whole ONNX model/],
    [
      'a number without end',
      field(5, 0, ...repeated(20, [255])),
      'FILE_DAMAGED',
      /a whole ONNX model/,
    ],
    ['a length of 2^31', field(14, 2, ...varint(2 ** 31)), 'FILE_DAMAGED', /a whole ONNX model/],
    [
      'a length of 2^32 - 1',
      field(14, 2, ...varint(2 ** 32 - 1)),
      'FILE_DAMAGED',
      /a whole ONNX model/,
    ],
    [
      'a message that ends in one of its fields',
      message(14, [0x0a, 5, 97]),
      'FILE_DAMAGED',
      /a whole ONNX model/,
    ],
    [
      'a name that is not UTF-8',
      message(14, message(1, [255])),
      'FILE_DAMAGED',
      /a whole ONNX model/,
    ],
    [
      'metadata that is not UTF-8',
      message(14, message(2, [255])),
      'FILE_NOT_A_MODEL',
      /metadata "": expected UTF-8 text/,
    ],
    [
      'very many empty entries',
      repeated(17_000, message(14, [])),
      'FILE_TOO_LARGE',
      /at most 16384 fields, found more/,
    ],
    [
      'very many unknown fields',
      repeated(17_000, field(40, 0, 1)),
      'FILE_TOO_LARGE',
      /at most 16384 fields/,
    ],
    [
      'very much text',
      message(14, message(2, repeated(2 ** 20, [97]))),
      'FILE_TOO_LARGE',
      /at most 1048576 bytes of text/,
    ],
  ];

  test.each(cases)('%s', async (_, bytes, code, found) => {
    const reading = readingWith(bytes);
    await expect(reading).rejects.toMatchObject({ name: 'SerializationError', code });
    await expect(reading).rejects.toThrow(found);
  });

  // In the graph of a file without another: nodes, attributes and tensors.
  const graphs: [string, number[], RegExp][] = [
    [
      'whole numbers, packed',
      message(5, message(7, repeated(17_000, [1]))),
      /at most 16384 fields/,
    ],
    ['sizes, one by one', message(5, repeated(17_000, field(1, 0, 1))), /at most 16384 fields/],
    [
      'coefficients, packed',
      message(1, message(5, message(7, repeated(2 ** 23, [0])))),
      /at most 4194304 numbers in attributes/,
    ],
    [
      'texts of attributes',
      message(1, message(5, message(9, repeated(2 ** 20 + 1, [97])))),
      /at most 1048576 bytes of text/,
    ],
    ['empty nodes', repeated(17_000, message(1, [])), /at most 16384 fields/],
  ];

  test.each(graphs)('very many %s', async (_, graph, found) => {
    const reading = decodeOnnxModel(Uint8Array.from(message(7, graph)));
    await expect(reading).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
    await expect(reading).rejects.toThrow(found);
  });
});

describe('bytes that mean nothing to a softmax regression are passed over', () => {
  test.each([
    ['a number', field(5, 0, 1)],
    ['a text', message(6, [97])],
    ['training', message(20, repeated(1000, [255]))],
    ['a field of eight bytes', field(99, 1, ...repeated(8, [1]))],
    ['a field of four bytes', field(99, 5, ...repeated(4, [1]))],
  ])('%s', async (_, bytes) => {
    // The checksum is over these as well.
    await expect(readingWith(bytes)).rejects.toMatchObject({ code: 'FILE_DAMAGED' });
    const unsealed = await edited(() => undefined);
    const decoded = await decodeOnnxModel(Uint8Array.from([...unsealed, ...bytes]));
    expect(decoded).toEqual(TINY_MODEL);
  });
});
