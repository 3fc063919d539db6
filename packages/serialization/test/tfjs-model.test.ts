import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeTfjsModel,
  encodeTfjsModel,
  SerializationError,
  type SerializationErrorCode,
  type TfjsModelFiles,
} from '../src/index.js';
import { arbitraryModel } from './arbitraries.js';
import { bytesOf, TINY_MODEL } from './samples.js';

const FILES = encodeTfjsModel(TINY_MODEL);

describe('what is written', () => {
  test('model.json is a layers model of one dense layer with softmax', () => {
    expect(parsed(FILES)).toEqual({
      format: 'layers-model',
      generatedBy: 'softreg',
      convertedBy: null,
      modelTopology: {
        class_name: 'Sequential',
        config: {
          name: 'softmax_regression',
          layers: [
            {
              class_name: 'Dense',
              config: {
                name: 'dense',
                trainable: true,
                batch_input_shape: [null, 2],
                dtype: 'float32',
                units: 2,
                activation: 'softmax',
                use_bias: true,
                kernel_initializer: { class_name: 'Zeros', config: {} },
                bias_initializer: { class_name: 'Zeros', config: {} },
              },
            },
          ],
        },
        keras_version: 'tfjs-layers 4.22.0',
        backend: 'tensor_flow.js',
      },
      weightsManifest: [
        {
          paths: ['weights.bin'],
          weights: [
            { name: 'dense/kernel', shape: [2, 2], dtype: 'float32' },
            { name: 'dense/bias', shape: [2], dtype: 'float32' },
          ],
        },
      ],
      userDefinedMetadata: { imageShape: [2, 1], classNames: ['left', 'right'], pixelScale: 256 },
    });
  });

  test('weights.bin is the weights and then the bias, in float32, little-endian', () => {
    const bytes = FILES['weights.bin'];
    const view = new DataView(bytes.buffer);
    const { weights, bias } = TINY_MODEL.parameters;
    expect(bytes.length).toBe(24);
    expect(Array.from({ length: 6 }, (_, index) => view.getFloat32(4 * index, true))).toEqual([
      ...weights,
      ...bias,
    ]);
    expect([...bytes.subarray(0, 4)]).toEqual([0, 0, 0xc0, 0x3f]);
  });

  test('a model that is none is refused', () => {
    expect(() => encodeTfjsModel({ ...TINY_MODEL, pixelScale: 0 })).toThrowError(
      expect.objectContaining({ code: 'MODEL_INVALID' }),
    );
    const names = ['x'.repeat(5 * 2 ** 20), 'right'];
    expect(() => encodeTfjsModel({ ...TINY_MODEL, classNames: names })).toThrowError(
      expect.objectContaining({ code: 'FILE_INVALID_CONTENT' }),
    );
  });
});

test('decode(encode(x)) is x to the bit, but for the receipt', () => {
  fc.assert(
    fc.property(arbitraryModel, (model) => {
      const { parameters, ...rest } = decodeTfjsModel(encodeTfjsModel(model));
      expect(rest).toEqual({
        imageHeight: model.imageHeight,
        imageWidth: model.imageWidth,
        classNames: model.classNames,
        pixelScale: model.pixelScale,
        receipt: {},
      });
      expect([parameters.features, parameters.classes]).toEqual([
        model.parameters.features,
        model.parameters.classes,
      ]);
      expect(bytesOf(parameters.weights)).toEqual(bytesOf(model.parameters.weights));
      expect(bytesOf(parameters.bias)).toEqual(bytesOf(model.parameters.bias));
    }),
    { numRuns: 1000 },
  );
});

test('no path that the file names is looked at, and names of layers may be any', () => {
  const files = edited([
    ['weightsManifest.0.paths', ['../../etc/passwd', 'https://example.com/weights.bin']],
    ['weightsManifest.0.weights.0.name', '../kernel'],
    ['modelTopology.config.layers.0.config.name', '__proto__'],
  ]);
  expect(decodeTfjsModel(files)).toEqual(decodeTfjsModel(FILES));
  expect(decodeTfjsModel(edited([['weightsManifest.0.paths', undefined]]))).toEqual(
    decodeTfjsModel(FILES),
  );
});

describe('a model.json of another model', () => {
  const layer = 'modelTopology.config.layers.0';
  const cases: [string, string, unknown][] = [
    ['no topology', 'modelTopology', undefined],
    ['a topology that is null', 'modelTopology', null],
    ['a topology that is text', 'modelTopology', 'Sequential'],
    ['a functional model', 'modelTopology.class_name', 'Model'],
    ['no config', 'modelTopology.config', undefined],
    ['no layers', 'modelTopology.config.layers', []],
    ['layers that are an object', 'modelTopology.config.layers', { 0: {}, length: 1 }],
    ['two layers', 'modelTopology.config.layers', [{}, {}]],
    ['a layer that is null', layer, null],
    ['a layer of another class', `${layer}.class_name`, 'Conv2D'],
    ['another activation', `${layer}.config.activation`, 'sigmoid'],
    ['no bias', `${layer}.config.use_bias`, false],
    ['a bias of "true"', `${layer}.config.use_bias`, 'true'],
    ['no units', `${layer}.config.units`, undefined],
    ['units of 0', `${layer}.config.units`, 0],
    ['units of text', `${layer}.config.units`, '2'],
    ['other units', `${layer}.config.units`, 3],
    ['units of 2^53', `${layer}.config.units`, 2 ** 53],
    ['no input shape', `${layer}.config.batch_input_shape`, undefined],
    ['an input shape of images', `${layer}.config.batch_input_shape`, [null, 2, 1]],
    ['an input shape of 0', `${layer}.config.batch_input_shape`, [null, 0]],
    ['an input shape of 2.5', `${layer}.config.batch_input_shape`, [null, 2.5]],
    ['another input shape', `${layer}.config.batch_input_shape`, [null, 4]],
    ['no manifest', 'weightsManifest', undefined],
    ['an empty manifest', 'weightsManifest', []],
    ['two groups of weights', 'weightsManifest', [{}, {}]],
    ['a group that is null', 'weightsManifest', [null]],
    ['no weights', 'weightsManifest.0.weights', []],
    ['weights that are text', 'weightsManifest.0.weights', 'ab'],
    ['weights of null', 'weightsManifest.0.weights', [null, null]],
    ['the bias left out', 'weightsManifest.0.weights.1', undefined],
    ['float16 weights', 'weightsManifest.0.weights.0.dtype', 'float16'],
    ['whole numbers as bias', 'weightsManifest.0.weights.1.dtype', 'int32'],
    ['weights of another shape', 'weightsManifest.0.weights.0.shape', [4, 1]],
    ['weights of another rank', 'weightsManifest.0.weights.0.shape', [2, 2, 1]],
    ['a bias of another shape', 'weightsManifest.0.weights.1.shape', [1]],
    ['a shape of text', 'weightsManifest.0.weights.1.shape', ['2']],
    ['no shape', 'weightsManifest.0.weights.1.shape', undefined],
    ['quantized weights', 'weightsManifest.0.weights.0.quantization', { dtype: 'uint8' }],
    ['no metadata', 'userDefinedMetadata', undefined],
    ['metadata that are null', 'userDefinedMetadata', null],
    ['no image shape', 'userDefinedMetadata.imageShape', undefined],
    ['another image shape', 'userDefinedMetadata.imageShape', [2, 2]],
    ['an image shape of three', 'userDefinedMetadata.imageShape', [2, 1, 1]],
    ['a negative image shape', 'userDefinedMetadata.imageShape', [-2, -1]],
    ['an image shape of 2^31', 'userDefinedMetadata.imageShape', [2 ** 31, 1]],
    ['no class names', 'userDefinedMetadata.classNames', undefined],
    ['a class name too many', 'userDefinedMetadata.classNames', ['a', 'b', 'c']],
    ['class names that are numbers', 'userDefinedMetadata.classNames', [0, 1]],
    ['no pixel scale', 'userDefinedMetadata.pixelScale', undefined],
    ['a pixel scale of 0', 'userDefinedMetadata.pixelScale', 0],
    ['a pixel scale of text', 'userDefinedMetadata.pixelScale', '256'],
  ];

  test.each(cases)('%s', (_, path, value) => {
    expectRefused(edited([[path, value]]), 'FILE_NOT_A_MODEL');
  });

  const texts: [string, string | Uint8Array][] = [
    ['nothing', ''],
    ['half a JSON text', '{"format":'],
    ['null', 'null'],
    ['a number', '1e400'],
    ['a list', '[]'],
    ['bytes that are not UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d)],
    ['nothing but zeros, more than are read', new Uint8Array(5 * 2 ** 20)],
    ['lists, a million deep', `${'['.repeat(1e6)}${']'.repeat(1e6)}`],
    ['a model, 10,000 deep', json().replace('"Sequential"', nested(10_000))],
    [
      'weights of a dtype 10,000 deep',
      json().replace('"dtype": "float32"\n', `"dtype": ${nested(10_000)}`),
    ],
    ['a million objects', `{"a":[${'{},'.repeat(1.3e6)}{}]}`],
    ['a key __proto__ in place of all', `{"__proto__":${json()}}`],
  ];

  test.each(texts)('%s', (_, text) => {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text.slice();
    const error = expectRefused({ ...FILES, 'model.json': bytes }, 'FILE_NOT_A_MODEL');
    expect(error.message.length).toBeLessThan(300);
  });

  test('any truncation, but for the line end', () => {
    const bytes = FILES['model.json'];
    for (let length = 0; length < bytes.length - 1; length++) {
      expectRefused({ ...FILES, 'model.json': bytes.slice(0, length) }, 'FILE_NOT_A_MODEL');
    }
  });
});

describe('a weights.bin of another model', () => {
  const weights = FILES['weights.bin'];

  test('any truncation', () => {
    for (let length = 0; length < weights.length; length++) {
      const files = { ...FILES, 'weights.bin': weights.slice(0, length) };
      expect(expectRefused(files, 'FILE_TRUNCATED')).toMatchObject({
        subject: 'weights.bin',
        expected: '24 bytes',
        found: `${length}`,
        offset: length,
      });
    }
  });

  test('a byte too many', () => {
    const files = { ...FILES, 'weights.bin': Uint8Array.of(...weights, 0) };
    expect(expectRefused(files, 'FILE_TRAILING_BYTES').offset).toBe(24);
  });

  test('a weight that is not finite', () => {
    for (const bits of [0x7fc00000, 0x7f800000, 0xff800000]) {
      const bytes = weights.slice();
      new DataView(bytes.buffer).setUint32(20, bits, true);
      expectRefused({ ...FILES, 'weights.bin': bytes }, 'FILE_NOT_A_MODEL');
    }
  });
});

type Fields = Record<string, unknown>;

/** The files, with the values at these dotted paths replaced; undefined removes one. */
function edited(changes: readonly [path: string, value: unknown][]): TfjsModelFiles {
  const description = parsed(FILES);
  for (const [path, value] of changes) {
    const keys = path.split('.');
    const last = keys.pop() as string;
    const parent = keys.reduce((fields, key) => fields[key] as Fields, description);
    if (value === undefined && Array.isArray(parent)) parent.splice(Number(last), 1);
    else parent[last] = value;
  }
  return { ...FILES, 'model.json': new TextEncoder().encode(JSON.stringify(description)) };
}

function parsed(files: TfjsModelFiles): Fields {
  return JSON.parse(new TextDecoder().decode(files['model.json'])) as Fields;
}

function json(): string {
  return new TextDecoder().decode(FILES['model.json']);
}

function nested(depth: number): string {
  return `${'['.repeat(depth)}${']'.repeat(depth)}`;
}

function expectRefused(files: TfjsModelFiles, code: SerializationErrorCode): SerializationError {
  try {
    decodeTfjsModel(files);
  } catch (error) {
    expect(error).toMatchObject({ name: 'SerializationError', code });
    if (SerializationError.isInstance(error)) return error;
  }
  throw new Error(`accepted, where ${code} is expected`);
}
