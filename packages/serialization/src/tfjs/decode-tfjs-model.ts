import { checkModel, ModelError, type SoftmaxRegression } from '@softreg/model';
import { brief } from '../brief.js';
import { SerializationError } from '../errors.js';
import { MAX_JSON_BYTES, parseJson, READABLE_JSON } from '../json.js';
import { MODEL_FILE, type TfjsModelFiles, WEIGHTS_FILE } from './encode-tfjs-model.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Decodes a TensorFlow.js layers model of the one kind that is a softmax regression: a single dense layer with softmax and bias,
 * float32 weights in one file, and the metadata that `encodeTfjsModel` writes. Reads no path that the file names.
 *
 * @throws SerializationError FILE_NOT_A_MODEL, FILE_TRUNCATED, FILE_TRAILING_BYTES
 */
export function decodeTfjsModel(files: TfjsModelFiles): SoftmaxRegression {
  const description = parse(files[MODEL_FILE]);
  const { units, features } = denseLayer(description.modelTopology);
  checkManifest(description.weightsManifest, features, units);
  const { weights, bias } = readWeights(files[WEIGHTS_FILE], features, units);
  const metadata = fields(description.userDefinedMetadata, 'userDefinedMetadata');
  const { imageShape, classNames, pixelScale } = metadata;
  demand(isPair(imageShape), 'imageShape', '[height, width]', imageShape);
  demand(isNames(classNames), 'classNames', 'a list of names', classNames);
  demand(typeof pixelScale === 'number', 'pixelScale', 'a number', pixelScale);
  try {
    return checkModel({
      parameters: { features, classes: units, weights, bias },
      imageHeight: imageShape[0],
      imageWidth: imageShape[1],
      classNames,
      pixelScale,
      receipt: {},
    });
  } catch (error) {
    if (!ModelError.isInstance(error)) throw error;
    throw notAModel(error.subject, error.expected, error.found);
  }
}

function parse(bytes: Uint8Array): Fields {
  if (bytes.length > MAX_JSON_BYTES) {
    throw notAModel('file', `at most ${MAX_JSON_BYTES} bytes`, `${bytes.length}`);
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw notAModel('file', 'UTF-8 text', 'other bytes');
  }
  const description = parseJson(text);
  if (description === undefined) throw notAModel('file', READABLE_JSON, brief(text));
  return fields(description, 'file');
}

function denseLayer(topology: unknown): { units: number; features: number } {
  const { class_name: model, config } = fields(topology, 'modelTopology');
  demand(model === 'Sequential', 'model', 'Sequential', model);
  const { layers } = fields(config, 'model');
  demand(Array.isArray(layers) && layers.length === 1, 'layers', 'one layer', layers);
  const layer = fields(layers[0], 'layer');
  demand(layer.class_name === 'Dense', 'layer', 'Dense', layer.class_name);
  const dense = fields(layer.config, 'layer');
  demand(dense.activation === 'softmax', 'activation', 'softmax', dense.activation);
  demand(dense.use_bias === true, 'use_bias', 'true', dense.use_bias);
  const { units, batch_input_shape: input } = dense;
  demand(isSize(units), 'units', 'a whole number', units);
  demand(
    Array.isArray(input) && input.length === 2 && isSize(input[1]),
    'batch_input_shape',
    '[null, features]',
    input,
  );
  return { units, features: input[1] as number };
}

function checkManifest(manifest: unknown, features: number, classes: number): void {
  demand(
    Array.isArray(manifest) && manifest.length === 1,
    'weightsManifest',
    'one group',
    manifest,
  );
  const { weights } = fields(manifest[0], 'weightsManifest');
  demand(Array.isArray(weights) && weights.length === 2, 'weights', 'two arrays', weights);
  for (const [index, expected] of [[features, classes], [classes]].entries()) {
    const { shape, dtype, quantization } = fields(weights[index], 'weights');
    const fits = Array.isArray(shape) && shape.length === expected.length;
    demand(
      fits && expected.every((length, axis) => shape[axis] === length),
      `shape of weights ${index}`,
      brief(expected),
      shape,
    );
    demand(dtype === 'float32', `dtype of weights ${index}`, 'float32', dtype);
    demand(quantization === undefined, `quantization of weights ${index}`, 'none', quantization);
  }
}

function readWeights(bytes: Uint8Array, features: number, classes: number) {
  const expected = 4 * (features + 1) * classes;
  if (bytes.length !== expected) {
    throw new SerializationError({
      code: bytes.length < expected ? 'FILE_TRUNCATED' : 'FILE_TRAILING_BYTES',
      subject: WEIGHTS_FILE,
      expected: `${expected} bytes`,
      found: `${bytes.length}`,
      offset: Math.min(bytes.length, expected),
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const joined = Float32Array.from({ length: bytes.length / 4 }, (_, i) =>
    view.getFloat32(4 * i, true),
  );
  return {
    weights: joined.slice(0, features * classes),
    bias: joined.slice(features * classes),
  };
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0 && (value as number) < 2 ** 31;
}

function isPair(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every(isSize);
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

function fields(value: unknown, subject: string): Fields {
  demand(typeof value === 'object' && value !== null, subject, 'an object', value);
  return value as Fields;
}

function demand(holds: boolean, subject: string, expected: string, found: unknown): asserts holds {
  if (!holds) throw notAModel(subject, expected, brief(found));
}

function notAModel(subject: string, expected: string, found: string): SerializationError {
  return new SerializationError({
    code: 'FILE_NOT_A_MODEL',
    subject: `TensorFlow.js model, ${subject}`,
    expected,
    found,
  });
}
