import { describe, expect, test } from 'vitest';
import { decodeOnnxModel } from '../../src/index.js';
import { TINY_MODEL } from '../samples.js';
import { edited, float, node, type Parts, reshaped } from './edited-model.js';

/** Divisions and multiplications in the place of the one division, each by a Constant. */
function scaled({ file, graph }: Parts, steps: readonly [string, number][]): void {
  file.metadataProps = [];
  graph.node.shift();
  const chain = steps.flatMap(([opType, value], i) => {
    const constant = { opType: 'Constant', output: [`c${i}`] };
    const input = [i === 0 ? 'image' : `s${i}`, `c${i}`];
    const output = [i === steps.length - 1 ? 'scaled' : `s${i + 1}`];
    return [
      node({ ...constant, attribute: [float('value_float', value)] }),
      node({ opType, input, output }),
    ];
  });
  graph.node.unshift(...chain);
}

describe('the pixel scale is that of all divisions and multiplications together', () => {
  test.each<[[string, number][], number]>([
    [[['Div', 4]], 4],
    [[['Mul', 4]], 0.25],
    [
      [
        ['Div', 8],
        ['Div', 32],
      ],
      256,
    ],
    [
      [
        ['Div', 1024],
        ['Mul', 4],
      ],
      256,
    ],
    [
      [
        ['Mul', 2],
        ['Div', 512],
      ],
      256,
    ],
    [
      [
        ['Mul', 0.5],
        ['Mul', 0.25],
      ],
      8,
    ],
  ])('%j', async (steps, scale) => {
    const model = await decodeOnnxModel(await edited((parts) => scaled(parts, steps)));
    expect(model).toEqual({
      ...TINY_MODEL,
      imageHeight: 1,
      imageWidth: 2,
      classNames: ['0', '1'],
      pixelScale: scale,
      receipt: {},
    });
  });
});

test('a scale in the metadata is kept to the digit where the graph has it rounded', async () => {
  const file = await edited((parts) => {
    const { metadataProps } = parts.file;
    scaled(parts, [['Div', Math.fround(0.1)]]);
    parts.file.metadataProps = metadataProps.map((entry) =>
      entry.key === 'pixel_scale' ? { ...entry, value: new TextEncoder().encode('0.1') } : entry,
    );
  });
  expect((await decodeOnnxModel(file)).pixelScale).toBe(0.1);
});

test('a product of pixels that is divided is one of divided pixels', async () => {
  const file = await edited((parts) => {
    parts.file.metadataProps = [];
    const [, , ...others] = parts.graph.node;
    const product = { opType: 'MatMul', input: ['image', 'weights'], output: ['product'] };
    const divided = { opType: 'Div', input: ['product', 'pixel_scale'], output: ['divided'] };
    const doubled = { opType: 'Mul', input: ['c', 'divided'], output: ['doubled'] };
    const constant = { opType: 'Constant', output: ['c'], attribute: [float('value_float', 2)] };
    const sum = { opType: 'Add', input: ['doubled', 'bias'], output: ['scores'] };
    parts.graph.node = [
      ...[product, divided, constant, doubled, sum].map((init) => node(init)),
      ...others,
    ];
  });
  const { parameters, pixelScale } = await decodeOnnxModel(file);
  expect(parameters).toEqual(TINY_MODEL.parameters);
  expect(pixelScale).toBe(128);
});

test('nodes whose results nobody uses change nothing', async () => {
  const file = await edited((parts) => reshaped(parts, 'image', -1, 2));
  expect(await decodeOnnxModel(file)).toEqual(TINY_MODEL);
});
