import { describe, expect, test } from 'vitest';
import { decodeOnnxModel } from '../../src/index.js';
import { edited, expectRefused, node, opset, type Parts, tensor } from './edited-model.js';

const classifiers: [string, Record<string, unknown>, RegExp][] = [
  [
    'probabilities of two classes by one logistic function',
    { post_transform: 'LOGISTIC' },
    /post_transform SOFTMAX or NONE, found "LOGISTIC"/,
  ],
  ['a coefficient too few', { coefficients: [1, 2, 3] }, /found 3, 2 and 2/],
  ['an intercept too many', { intercepts: [1, 2, 3] }, /found 4, 3 and 2/],
  ['no coefficients', { coefficients: [] }, /found 0, 2 and 2/],
  ['no names', { classlabels_ints: [] }, /found 4, 2 and 0/],
  [
    'coefficients of other images',
    { coefficients: [1, 2, 3, 4, 5, 6] },
    /an input of \[batch, 3\], found \[batch, 2\]/,
  ],
];

describe('a LinearClassifier with', () => {
  const good = {
    post_transform: 'SOFTMAX',
    coefficients: [1, 2, 3, 4],
    intercepts: [5, 6],
    classlabels_ints: [7, 8],
  };

  function classifier(parts: Parts, values: Record<string, unknown>) {
    const attribute = Object.entries({ ...good, ...values }).map(([name, value]) => {
      if (name === 'post_transform')
        return { name, type: 3, s: new TextEncoder().encode(`${value}`) };
      if (name === 'classlabels_ints')
        return { name, type: 7, ints: (value as number[]).map(BigInt) };
      return { name, type: 6, floats: value as number[] };
    });
    const init = { opType: 'LinearClassifier', domain: 'ai.onnx.ml', input: ['scaled'], attribute };
    const split = parts.graph.node[0] as ReturnType<typeof node>;
    parts.graph.node = [split, node({ ...init, output: ['label', 'probabilities'] })];
    parts.graph.output.reverse();
    opset(parts, 'ai.onnx.ml', 1);
  }

  test('all that it needs is a model; its weights are classes x features', async () => {
    const file = await edited((parts) => {
      classifier(parts, {});
      parts.file.metadataProps = [];
    });
    const { parameters, classNames, pixelScale } = await decodeOnnxModel(file);
    expect(parameters.weights).toEqual(Float32Array.of(1, 3, 2, 4));
    expect([parameters.bias, classNames, pixelScale]).toEqual([
      Float32Array.of(5, 6),
      ['7', '8'],
      256,
    ]);
  });

  test.each(classifiers)('%s is refused', async (_, values, message) => {
    const subject = 'ONNX model, node "label" ("LinearClassifier")';
    await expectRefused((parts) => classifier(parts, values), 'FILE_NOT_A_MODEL', subject, message);
  });

  test.each([
    [
      'names that are others elsewhere',
      'ZipMap',
      { name: 'classlabels_int64s', type: 7, ints: [7n, 9n] },
      /the same names everywhere/,
    ],
    [
      'a name too few elsewhere',
      'ZipMap',
      { name: 'classlabels_int64s', type: 7, ints: [7n] },
      /2 names of classes, found 1/,
    ],
    [
      'another norm',
      'Normalizer',
      { name: 'norm', type: 3, s: Uint8Array.of(77, 65, 88) },
      /norm L1, found "MAX"/,
    ],
    [
      'text that is not UTF-8',
      'Normalizer',
      { name: 'norm', type: 3, s: Uint8Array.of(255) },
      /UTF-8 text/,
    ],
    ['no norm', 'Normalizer', undefined, /norm L1, found "MAX"/],
  ])('%s is refused', async (_, opType, attribute, message) => {
    const file = edited((parts) => {
      classifier(parts, {});
      const init = { opType, domain: 'ai.onnx.ml', input: ['probabilities'], output: ['z'] };
      parts.graph.node.push(node({ ...init, attribute: attribute ? [attribute] : [] }));
    });
    await expect(file.then((bytes) => decodeOnnxModel(bytes))).rejects.toThrow(message);
  });

  test('scores that are normalized are refused: that makes no probabilities of them', async () => {
    await expectRefused(
      (parts) => {
        classifier(parts, { post_transform: 'NONE' });
        const norm = { name: 'norm', type: 3, s: new TextEncoder().encode('L1') };
        const init = { opType: 'Normalizer', domain: 'ai.onnx.ml', attribute: [norm] };
        parts.graph.node.push(node({ ...init, input: ['probabilities'], output: ['z'] }));
      },
      'FILE_NOT_A_MODEL',
      'ONNX model, node "z" ("Normalizer")',
      /probabilities, found scores/,
    );
  });

  test('names of labels that are others than those of probabilities are refused', async () => {
    const domain = 'ai.onnx.ml';
    const names = { name: 'classlabels_int64s', type: 7, ints: [3n, 4n] };
    const file = edited((parts) => {
      opset(parts, domain, 1);
      const { graph } = parts;
      graph.initializer.push(
        tensor({ name: 'names', dims: [2n], dataType: 7, int64Data: [3n, 5n] }),
      );
      const lookUp = { opType: 'ArrayFeatureExtractor', input: ['names', 'label'], output: ['y'] };
      const map = { opType: 'ZipMap', input: ['probabilities'], output: ['z'], attribute: [names] };
      graph.node.push(node({ ...lookUp, domain }), node({ ...map, domain }));
      for (const [i, name] of ['y', 'z'].entries()) Object.assign(graph.output[i] ?? {}, { name });
    });
    await expect(file.then((bytes) => decodeOnnxModel(bytes))).rejects.toThrow(
      /graph: expected the same names of classes everywhere, found others/,
    );
  });
});
