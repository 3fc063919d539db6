import { checkModel, ModelError, type SoftmaxRegression } from '@softreg/model';
import { brief } from './brief.js';
import { SerializationError } from './errors.js';
import { parseJson, toJson } from './json.js';
import { openSealedSafetensors, sealSafetensors } from './safetensors/seal.js';
import { float32 } from './safetensors/tensor.js';

const FORMAT = 'softreg-model';
const VERSION = '1';
const RECEIPT_PREFIX = 'receipt.';

/**
 * Encodes a model as a safetensors file: `weights` (features x classes) and `bias` (classes) in float32, and metadata as text:
 * `format`, `format_version`, `image_shape`, `class_names`, `pixel_scale`, `receipt.*`, `payload_sha256`, `header_sha256`.
 *
 * @throws ModelError MODEL_INVALID; SerializationError FILE_INVALID_CONTENT
 */
export async function encodeModel(model: SoftmaxRegression): Promise<Uint8Array<ArrayBuffer>> {
  const { parameters, imageHeight, imageWidth, classNames, pixelScale, receipt } =
    checkModel(model);
  const { features, classes, weights, bias } = parameters;
  return sealSafetensors({
    tensors: new Map([
      ['weights', float32([features, classes], weights)],
      ['bias', float32([classes], bias)],
    ]),
    metadata: new Map([
      ['format', FORMAT],
      ['format_version', VERSION],
      ['image_shape', JSON.stringify([imageHeight, imageWidth])],
      ['class_names', toJson(classNames, 'class names')],
      ['pixel_scale', JSON.stringify(pixelScale)],
      ...Object.entries(receipt).map(([key, text]): [string, string] => [
        `${RECEIPT_PREFIX}${key}`,
        text,
      ]),
    ]),
  });
}

/**
 * Decodes a file of {@link encodeModel}. Any change to it since it was written is found.
 *
 * @throws SerializationError with what was expected and found
 */
export async function decodeModel(bytes: Uint8Array): Promise<SoftmaxRegression> {
  const { tensors, metadata } = await openSealedSafetensors(bytes);
  checkFormat(metadata, FORMAT, VERSION, 'FILE_NOT_A_MODEL');
  const weights = tensors.get('weights');
  const bias = tensors.get('bias');
  if (weights?.dtype !== 'F32' || bias?.dtype !== 'F32' || tensors.size !== 2) {
    throw notAModel('tensors', 'weights and bias in F32', brief([...tensors.keys()]));
  }
  const [features, classes, ...rest] = weights.shape;
  if (!features || !classes || rest.length > 0 || bias.shape.join() !== `${classes}`) {
    const found = `${brief(weights.shape)} and ${brief(bias.shape)}`;
    throw notAModel('tensors', 'weights of features x classes and bias of classes', found);
  }
  const [imageHeight, imageWidth] = imageShape(metadata);
  try {
    return checkModel({
      parameters: { features, classes, weights: weights.data, bias: bias.data },
      imageHeight,
      imageWidth,
      classNames: classNames(metadata),
      pixelScale: pixelScale(metadata),
      receipt: Object.fromEntries(
        [...metadata]
          .filter(([key]) => key.startsWith(RECEIPT_PREFIX))
          .map(([key, text]) => [key.slice(RECEIPT_PREFIX.length), text]),
      ),
    });
  } catch (error) {
    if (!ModelError.isInstance(error)) throw error;
    throw notAModel(error.subject, error.expected, error.found);
  }
}

/** @throws SerializationError with `code`, or FILE_UNSUPPORTED_VERSION */
export function checkFormat(
  metadata: ReadonlyMap<string, string>,
  format: string,
  version: string,
  code: 'FILE_NOT_A_MODEL' | 'FILE_NOT_A_CHECKPOINT',
): void {
  const found = metadata.get('format');
  if (found !== format) {
    throw new SerializationError({
      code,
      subject: 'file',
      expected: `a file of format ${format}`,
      found: found === undefined ? 'another safetensors file' : brief(found),
    });
  }
  const foundVersion = metadata.get('format_version');
  if (foundVersion !== version) {
    throw new SerializationError({
      code: 'FILE_UNSUPPORTED_VERSION',
      subject: 'file',
      expected: `format version ${version}`,
      found: brief(foundVersion),
      advice: 'read it with the release of softreg that wrote it',
    });
  }
}

function imageShape(metadata: ReadonlyMap<string, string>): [number, number] {
  const shape = parseJson(metadata.get('image_shape') ?? '');
  const sides = Array.isArray(shape) ? shape : [];
  if (sides.length === 2 && sides.every((side) => Number.isSafeInteger(side) && side > 0)) {
    return sides as [number, number];
  }
  throw notAModel('image_shape', '[height, width]', brief(metadata.get('image_shape')));
}

function classNames(metadata: ReadonlyMap<string, string>): string[] {
  const names = parseJson(metadata.get('class_names') ?? '');
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  throw notAModel('class_names', 'a list of names', brief(metadata.get('class_names')));
}

function pixelScale(metadata: ReadonlyMap<string, string>): number {
  const scale = parseJson(metadata.get('pixel_scale') ?? '');
  if (typeof scale === 'number') return scale;
  throw notAModel('pixel_scale', 'a number', brief(metadata.get('pixel_scale')));
}

function notAModel(subject: string, expected: string, found: string): SerializationError {
  return new SerializationError({ code: 'FILE_NOT_A_MODEL', subject, expected, found });
}
