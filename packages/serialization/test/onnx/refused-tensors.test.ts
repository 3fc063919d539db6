import { describe, expect, test } from 'vitest';
import { decodeOnnxModel } from '../../src/index.js';
import {
  change,
  type Edit,
  edited,
  entry,
  expectRefused,
  node,
  shape,
  TENSOR,
  tensor,
} from './edited-model.js';

const tensors: [string, Edit, string, RegExp][] = [
  [
    'weights of one dimension',
    (p) => change(p.initializer('weights'), shape(4)),
    'node "scores" ("Gemm")',
    /two dimensions, found shape \[4\]/,
  ],
  [
    'weights for other images',
    (p) => change(p.initializer('weights'), { ...shape(1, 4) }),
    'node "scores" ("Gemm")',
    /an input of \[batch, 1\], found \[batch, 2\]/,
  ],
  [
    'weights of no class',
    (p) => {
      change(p.initializer('weights'), { ...shape(2, 0), rawData: new Uint8Array(0) });
      change(p.initializer('bias'), { ...shape(0), rawData: new Uint8Array(0) });
    },
    'parameters',
    /weights/,
  ],
  [
    'a bias of another shape',
    (p) => change(p.initializer('bias'), shape(2, 1)),
    'node "scores" ("Gemm")',
    /a bias of \[2\], found shape \[2, 1\]/,
  ],
  [
    'a bias for other classes',
    (p) => change(p.initializer('bias'), { ...shape(1), rawData: new Uint8Array(4) }),
    'node "scores" ("Gemm")',
    /a bias of \[2\], found shape \[1\]/,
  ],
  [
    'a byte too few',
    (p) => change(p.initializer('weights'), { rawData: new Uint8Array(15) }),
    'initializer "weights"',
    /16 bytes of data for its shape, found 15/,
  ],
  [
    'a byte too many',
    (p) => change(p.initializer('weights'), { rawData: new Uint8Array(17) }),
    'initializer "weights"',
    /16 bytes of data for its shape, found 17/,
  ],
  [
    'no data',
    (p) => change(p.initializer('weights'), { rawData: new Uint8Array(0) }),
    'initializer "weights"',
    /found 0/,
  ],
  [
    'data twice',
    (p) => change(p.initializer('weights'), { floatData: new Uint8Array(16) }),
    'initializer "weights"',
    /raw_data or in that of its type, found rawData and floatData/,
  ],
  [
    'data in the field of another type',
    (p) =>
      change(p.initializer('weights'), {
        doubleData: new Uint8Array(16),
        rawData: new Uint8Array(0),
      }),
    'initializer "weights"',
    /in that of its type, found doubleData/,
  ],
  [
    'a negative size',
    (p) => change(p.initializer('weights'), shape(-2, -2)),
    'initializer "weights"',
    /a shape, found \[-2, -2\]/,
  ],
  [
    'sizes whose product is 2^64 times the right one',
    (p) => change(p.initializer('weights'), shape(2 ** 32, 2 ** 32, 4)),
    'initializer "weights"',
    /a shape/,
  ],
  [
    'a size of 2^62',
    (p) => change(p.initializer('weights'), { dims: [2n ** 62n] }),
    'initializer "weights"',
    /a shape/,
  ],
  [
    'a size of 2^50',
    (p) => change(p.initializer('weights'), { dims: [2n ** 50n] }),
    'initializer "weights"',
    /4503599627370496 bytes of data/,
  ],
  [
    'nine dimensions',
    (p) => change(p.initializer('weights'), shape(1, 1, 1, 1, 1, 1, 1, 2, 2)),
    'initializer "weights"',
    /a shape, found \[1, 1, 1, 1, 1, 1, 1, 2, \.\.\.\]/,
  ],
  [
    'half floats',
    (p) => change(p.initializer('weights'), { dataType: 10 }),
    'initializer "weights"',
    /numbers in float, double, int32 or int64, found type 10/,
  ],
  [
    'an initializer twice',
    (p) => p.graph.initializer.push(p.initializer('bias')),
    'value "bias"',
    /one of that name/,
  ],
  [
    'whole numbers too few',
    (p) =>
      p.graph.initializer.push(tensor({ name: 'z', dims: [3n], dataType: 7, int64Data: [1n, 2n] })),
    'initializer "z"',
    /3 whole numbers for its shape, found 2/,
  ],
  [
    'half a whole number',
    (p) =>
      p.graph.initializer.push(
        tensor({ name: 'z', dims: [1n], dataType: 7, rawData: new Uint8Array(12) }),
      ),
    'initializer "z"',
    /1 whole numbers for its shape, found 1.5/,
  ],
  [
    'a whole number beyond 2^53',
    (p) =>
      p.graph.initializer.push(
        tensor({ name: 'z', dims: [1n], dataType: 7, int64Data: [2n ** 60n] }),
      ),
    'initializer "z"',
    /at most 2\^53/,
  ],
  [
    'a weight that is NaN',
    (p) => p.initializer('weights').rawData.set([0, 0, 192, 127]),
    'parameters',
    /finite numbers/,
  ],
  [
    'a weight that is infinite',
    (p) => p.initializer('weights').rawData.set([0, 0, 128, 127]),
    'parameters',
    /finite numbers/,
  ],
];

describe('a tensor with', () => {
  test.each(tensors)('%s is refused', async (_, edit, subject, message) => {
    await expectRefused(edit, 'FILE_NOT_A_MODEL', `ONNX model, ${subject}`, message);
  });

  test.each<[string, Edit]>([
    [
      'a file named',
      (p) => p.initializer('weights').externalData.push(entry('location', '/etc/passwd')),
    ],
    ['another place said', (p) => change(p.initializer('weights'), { dataLocation: 1 })],
    [
      'both, in a Constant',
      (p) =>
        p.graph.node.unshift(
          node({
            opType: 'Constant',
            output: ['z'],
            attribute: [
              {
                name: 'value',
                type: TENSOR,
                t: { dataLocation: 1, externalData: [entry('location', 'a')] },
              },
            ],
          }),
        ),
    ],
  ])('data in another file is refused: %s', async (_, edit) => {
    await expect(decodeOnnxModel(await edited(edit))).rejects.toMatchObject({
      code: 'FILE_REFUSED',
      message: expect.stringMatching(
        /data in the model itself, found data in another file, which is not read; save/,
      ),
    });
  });
});
