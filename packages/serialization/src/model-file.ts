import { checkModel, ModelError, type SoftmaxRegression } from '@softreg/model';
import { SerializationError } from './errors.js';
import { openSealedSafetensors, sealSafetensors } from './safetensors/seal.js';
import { float32 } from './safetensors/tensor.js';

const FORMAT = 'softreg-model';
const VERSION = '1';
const RECEIPT_PREFIX = 'receipt.';

/**
 * Encodes a model as a safetensors file: `weights` (features x classes) and `bias` (classes) in float32, and metadata as text:
 * `format`, `format_version`, `image_shape`, `class_names`, `pixel_scale`, `receipt.*`, `payload_sha256`, `header_sha256`.
 *
 * @throws ModelError MODEL_INVALID
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
      ['class_names', JSON.stringify(classNames)],
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
    throw notAModel('tensors', 'weights and bias in F32', [...tensors.keys()].join(', ') || 'none');
  }
  const [features, classes, ...rest] = weights.shape;
  if (!features || !classes || rest.length > 0 || bias.shape.join() !== `${classes}`) {
    const found = `${weights.shape.join(' x ')} and ${bias.shape.join(' x ')}`;
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
      found: found ?? 'another safetensors file',
    });
  }
  const foundVersion = metadata.get('format_version');
  if (foundVersion !== version) {
    throw new SerializationError({
      code: 'FILE_UNSUPPORTED_VERSION',
      subject: 'file',
      expected: `format version ${version}`,
      found: foundVersion ?? 'none',
      advice: 'read it with the release of softreg that wrote it',
    });
  }
}

function imageShape(metadata: ReadonlyMap<string, string>): [number, number] {
  const shape = parse(metadata, 'image_shape');
  const sides = Array.isArray(shape) ? shape : [];
  if (sides.length === 2 && sides.every((side) => Number.isSafeInteger(side) && side > 0)) {
    return sides as [number, number];
  }
  throw notAModel('image_shape', '[height, width]', metadata.get('image_shape') ?? 'none');
}

function classNames(metadata: ReadonlyMap<string, string>): string[] {
  const names = parse(metadata, 'class_names');
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  throw notAModel('class_names', 'a list of names', metadata.get('class_names') ?? 'none');
}

function pixelScale(metadata: ReadonlyMap<string, string>): number {
  const scale = parse(metadata, 'pixel_scale');
  if (typeof scale === 'number') return scale;
  throw notAModel('pixel_scale', 'a number', metadata.get('pixel_scale') ?? 'none');
}

function parse(metadata: ReadonlyMap<string, string>, key: string): unknown {
  try {
    return JSON.parse(metadata.get(key) ?? 'null');
  } catch {
    return undefined;
  }
}

function notAModel(subject: string, expected: string, found: string): SerializationError {
  return new SerializationError({ code: 'FILE_NOT_A_MODEL', subject, expected, found });
}
