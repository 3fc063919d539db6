import { describe, expect, test } from 'vitest';
import { decodeOnnxModel } from '../../src/index.js';
import { TINY_MODEL } from '../samples.js';
import {
  change,
  type Edit,
  edited,
  elementType,
  expectRefused,
  FLOAT,
  float,
  integer,
  node,
  replace,
  reshaped,
  STRING,
  shape,
  TENSOR,
  tensor,
} from './edited-model.js';

test('the way they are made makes good files too', async () => {
  expect(await decodeOnnxModel(await edited(() => undefined))).toEqual(TINY_MODEL);
});

const nodes: [string, Edit, string, RegExp][] = [
  [
    'an operator that is unknown',
    (p) => change(p.node('scores'), { opType: 'Conv' }),
    'node "scores" ("Conv")',
    /an operator of a softmax regression \(Constant, /,
  ],
  [
    'an operator of another domain',
    (p) => change(p.node('scores'), { domain: 'com.example' }),
    'node "scores" ("Gemm")',
    /an operator of/,
  ],
  [
    'a Sigmoid',
    (p) => replace(p, 'probabilities', { opType: 'Sigmoid', input: ['scores'] }),
    'node "probabilities" ("Sigmoid")',
    /an operator of/,
  ],
  [
    'an operator named __proto__',
    (p) => change(p.node('scores'), { opType: '__proto__' }),
    'node "scores" ("__proto__")',
    /an operator of/,
  ],
  [
    'a node without inputs',
    (p) => change(p.node('scores'), { input: [] }),
    'node "scores" ("Gemm")',
    /2 to 3 inputs, found 0/,
  ],
  [
    'a node with more inputs',
    (p) => change(p.node('scaled'), { input: ['image', 'pixel_scale', 'bias'] }),
    'node "scaled" ("Div")',
    /2 inputs, found 3/,
  ],
  [
    'a node with an input left out',
    (p) => change(p.node('scores'), { input: ['scaled', ''] }),
    'node "scores" ("Gemm")',
    /found one left out/,
  ],
  [
    'an input of no name that is known',
    (p) => change(p.node('scores'), { input: ['scaled', 'other'] }),
    'value "other"',
    /one that is made before it is used, found none/,
  ],
  [
    'an input that is made later',
    (p) => change(p.node('scaled'), { input: ['scores', 'pixel_scale'] }),
    'value "scores"',
    /before it is used/,
  ],
  [
    'a value made twice',
    (p) => change(p.node('scaled'), { output: ['image'] }),
    'value "image"',
    /one of that name, found another/,
  ],
  [
    'more outputs than the operator has',
    (p) => change(p.node('scaled'), { output: ['scaled', 'more'] }),
    'graph',
    /outputs that nodes have/,
  ],
  [
    'an attribute that is unknown',
    (p) => p.node('scores').attribute.push(integer('broadcast', 1)),
    'node "scores" ("Gemm")',
    /no attributes but alpha, beta, transA, transB, found "broadcast"/,
  ],
  [
    'an attribute where there is none',
    (p) => p.node('scaled').attribute.push(integer('axis', 1)),
    'node "scaled" ("Div")',
    /no attributes, found "axis"/,
  ],
  [
    'an attribute twice',
    (p) => p.node('label').attribute.push(integer('axis', 1)),
    'node "label" ("ArgMax")',
    /one attribute axis/,
  ],
  [
    'an attribute of another type',
    (p) => change(p.node('label').attribute[0] as object, { type: FLOAT }),
    'node "label" ("ArgMax"), axis',
    /an attribute of type int, found type 1/,
  ],
  [
    'alpha 2',
    (p) => p.node('scores').attribute.push(float('alpha', 2)),
    'node "scores" ("Gemm")',
    /alpha 1, found 2/,
  ],
  [
    'beta 0',
    (p) => p.node('scores').attribute.push(float('beta', 0)),
    'node "scores" ("Gemm")',
    /beta 1, found 0/,
  ],
  [
    'transA 1',
    (p) => p.node('scores').attribute.push(integer('transA', 1)),
    'node "scores" ("Gemm")',
    /transA 0, found 1/,
  ],
  [
    'transB 2',
    (p) => p.node('scores').attribute.push(integer('transB', 2)),
    'node "scores" ("Gemm")',
    /transB 0 or 1, found 2/,
  ],
  [
    'a Softmax over images',
    (p) => change(p.node('probabilities').attribute[0] as object, { i: 0n }),
    'node "probabilities" ("Softmax")',
    /axis 1, found 0/,
  ],
  [
    'an ArgMax over images',
    (p) => change(p.node('label'), { attribute: [] }),
    'node "label" ("ArgMax")',
    /axis 1, found 0/,
  ],
  [
    'the last of the largest',
    (p) => p.node('label').attribute.push(integer('select_last_index', 1)),
    'node "label" ("ArgMax")',
    /select_last_index 0/,
  ],
  [
    'a Softmax of the image',
    (p) => change(p.node('probabilities'), { input: ['scaled'] }),
    'node "probabilities" ("Softmax")',
    /linear layer, as input 1, found image/,
  ],
  [
    'a Softmax of probabilities',
    (p) => p.graph.node.push(node({ opType: 'Softmax', input: ['probabilities'], output: ['z'] })),
    'node "z" ("Softmax")',
    /scores of the linear layer as input 1, found probabilities/,
  ],
  [
    'an ArgMax of labels',
    (p) =>
      p.graph.node.push(
        node({
          opType: 'ArgMax',
          input: ['label'],
          output: ['z'],
          attribute: [integer('axis', 1)],
        }),
      ),
    'node "z" ("ArgMax")',
    /scores or probabilities, found label/,
  ],
  [
    'a second layer',
    (p) => p.graph.node.push(node({ opType: 'Gemm', input: ['scores', 'weights'], output: ['z'] })),
    'node "z" ("Gemm")',
    /the image, or the image divided, as input 1, found scores/,
  ],
  [
    'weights that are no constant',
    (p) => change(p.node('scores'), { input: ['scaled', 'scaled'] }),
    'node "scores" ("Gemm")',
    /a constant as input 2, found image/,
  ],
  [
    'constants alone',
    (p) => change(p.node('scores'), { input: ['weights', 'weights'] }),
    'node "scores" ("Gemm")',
    /as input 1, found constant/,
  ],
  [
    'a second bias',
    (p) => p.graph.node.push(node({ opType: 'Add', input: ['scores', 'bias'], output: ['z'] })),
    'node "z" ("Add")',
    /one bias, found another/,
  ],
  [
    'a sum of scores with a bias each',
    (p) => p.graph.node.push(node({ opType: 'Add', input: ['scores', 'scores'], output: ['z'] })),
    'node "z" ("Add")',
    /one bias, found another/,
  ],
  [
    'a sum of scores of pixels and of divided pixels',
    (p) =>
      p.graph.node.push(
        node({ opType: 'MatMul', input: ['image', 'weights'], output: ['y'] }),
        node({ opType: 'Add', input: ['y', 'scores'], output: ['z'] }),
      ),
    'node "z" ("Add")',
    /pixels divided by the same, found 1 and 256/,
  ],
  [
    'a sum of scores of other classes',
    (p) => {
      p.graph.initializer.push(
        tensor({ name: 'one', ...shape(2, 1), dataType: FLOAT, rawData: new Uint8Array(8) }),
      );
      p.graph.node.push(
        node({ opType: 'MatMul', input: ['scaled', 'one'], output: ['y'] }),
        node({ opType: 'Add', input: ['scores', 'y'], output: ['z'] }),
      );
    },
    'node "z" ("Add")',
    /weights of one shape, found 2 x 2 and 2 x 1/,
  ],
  [
    'a division of scores after their bias',
    (p) =>
      p.graph.node.push(node({ opType: 'Div', input: ['scores', 'pixel_scale'], output: ['z'] })),
    'node "z" ("Div")',
    /no bias before it, found one/,
  ],
  [
    'a division by the image',
    (p) => change(p.node('scaled'), { input: ['pixel_scale', 'image'] }),
    'node "scaled" ("Div")',
    /as input 1, found constant/,
  ],
  [
    'a division by each feature’s own number',
    (p) => change(p.node('scaled'), { input: ['image', 'bias'] }),
    'node "scaled" ("Div")',
    /one number, found shape \[2\]/,
  ],
  [
    'a division by a table of one number',
    (p) => change(p.initializer('pixel_scale'), shape(1, 1)),
    'node "scaled" ("Div")',
    /one number, found shape \[1, 1\]/,
  ],
  [
    'a Reshape where 0 is no pixels',
    (p) => {
      reshaped(p, 'image', 0, -1);
      p.graph.node.at(-1)?.attribute.push(integer('allowzero', 1));
    },
    'node "z" ("Reshape")',
    /found \[0, -1\]/,
  ],
  [
    'a division by 0',
    (p) => change(p.initializer('pixel_scale'), { rawData: new Uint8Array(4) }),
    'node "scaled" ("Div")',
    /a number above 0, found 0/,
  ],
  [
    'a division by NaN',
    (p) => change(p.initializer('pixel_scale'), { rawData: Uint8Array.of(0, 0, 192, 127) }),
    'node "scaled" ("Div")',
    /a number above 0, found NaN/,
  ],
  [
    'a division by less than 0',
    (p) => change(p.initializer('pixel_scale'), { rawData: Uint8Array.of(0, 0, 128, 191) }),
    'node "scaled" ("Div")',
    /a number above 0, found -1/,
  ],
  [
    'a division by an infinity',
    (p) => change(p.initializer('pixel_scale'), { rawData: Uint8Array.of(0, 0, 128, 127) }),
    'node "scaled" ("Div")',
    /a number above 0, found Infinity/,
  ],
  [
    'a division of bytes',
    (p) => elementType(p, 2),
    'node "scaled" ("Div")',
    /pixels in float or double, found type 2/,
  ],
  [
    'a cast of the image to whole numbers',
    (p) =>
      replace(p, 'scaled', { opType: 'Cast', input: ['image'], attribute: [integer('to', 7)] }),
    'node "scaled" ("Cast")',
    /a cast to float or double, found to type 7/,
  ],
  [
    'a cast of scores to whole numbers',
    (p) =>
      replace(p, 'probabilities', {
        opType: 'Cast',
        input: ['scores'],
        attribute: [integer('to', 7)],
      }),
    'node "probabilities" ("Cast")',
    /a cast to float or double/,
  ],
  [
    'a Flatten of all',
    (p) =>
      replace(p, 'scaled', {
        opType: 'Flatten',
        input: ['image'],
        attribute: [integer('axis', 0)],
      }),
    'node "scaled" ("Flatten")',
    /axis 1, found 0/,
  ],
  [
    'a Reshape of scores',
    (p) => reshaped(p, 'scores', -1, 2),
    'node "z" ("Reshape")',
    /found scores/,
  ],
  [
    'a Reshape to another size',
    (p) => reshaped(p, 'image', -1, 3),
    'node "z" ("Reshape")',
    /the shape \[-1, features\], found \[-1, 3\]/,
  ],
  [
    'a Reshape of nothing known',
    (p) => reshaped(p, 'image', -1, -1),
    'node "z" ("Reshape")',
    /found \[-1, -1\]/,
  ],
  [
    'a Reshape of a fixed batch',
    (p) => reshaped(p, 'image', 2, -1),
    'node "z" ("Reshape")',
    /found \[2, -1\]/,
  ],
  [
    'a Reshape to no features',
    (p) => reshaped(p, 'image', 0, 0),
    'node "z" ("Reshape")',
    /found \[0, 0\]/,
  ],
  [
    'a Reshape to three dimensions',
    (p) => reshaped(p, 'image', 0, 2, 1),
    'node "z" ("Reshape")',
    /found \[0, 2, 1\]/,
  ],
  [
    'a Reshape to very many',
    (p) => reshaped(p, 'image', ...new Array(1000).fill(1)),
    'node "z" ("Reshape")',
    /found \[1, 1, 1, 1, 1, 1, 1, 1, \.\.\.\]/,
  ],
  [
    'a Reshape of labels to a column',
    (p) => reshaped(p, 'label', -1, 1),
    'node "z" ("Reshape")',
    /the shape \[-1\] for labels/,
  ],
  [
    'a Constant of two values',
    (p) =>
      p.graph.node.unshift(
        node({
          opType: 'Constant',
          output: ['z'],
          attribute: [float('value_float', 1), integer('value_int', 1)],
        }),
      ),
    'node "z" ("Constant")',
    /one value, found 2/,
  ],
  [
    'a Constant of text',
    (p) =>
      p.graph.node.unshift(
        node({
          opType: 'Constant',
          output: ['z'],
          attribute: [{ name: 'value_string', type: STRING }],
        }),
      ),
    'node "z" ("Constant")',
    /found "value_string"/,
  ],
  [
    'a Constant without a tensor',
    (p) =>
      p.graph.node.unshift(
        node({ opType: 'Constant', output: ['z'], attribute: [{ name: 'value', type: TENSOR }] }),
      ),
    'node "z" ("Constant"), value',
    /a tensor, found nothing/,
  ],
];

describe('a graph with', () => {
  test.each(nodes)('%s is refused, and the node named', async (_, edit, subject, message) => {
    await expectRefused(edit, 'FILE_NOT_A_MODEL', `ONNX model, ${subject}`, message);
  });
});
