import type { SoftmaxRegression } from '@softreg/model';
import { brief } from './brief.js';
import { SerializationError } from './errors.js';
import { parseJson, toJson } from './json.js';

export const FORMAT_KEY = 'format';
export const FORMAT_VERSION_KEY = 'format_version';
export const MODEL_FORMAT = 'softreg-model';
export const MODEL_VERSION = '1';
const RECEIPT_PREFIX = 'receipt.';

/** What a file says of a model beside its parameters, as texts: safetensors files and ONNX models hold the same. */
export function modelMetadata(model: SoftmaxRegression): Map<string, string> {
  const { imageHeight, imageWidth, classNames, pixelScale, receipt } = model;
  return new Map([
    [FORMAT_KEY, MODEL_FORMAT],
    [FORMAT_VERSION_KEY, MODEL_VERSION],
    ['image_shape', JSON.stringify([imageHeight, imageWidth])],
    ['class_names', toJson(classNames, 'class names')],
    ['pixel_scale', JSON.stringify(pixelScale)],
    ...Object.entries(receipt).map(([key, text]): [string, string] => [
      `${RECEIPT_PREFIX}${key}`,
      text,
    ]),
  ]);
}

type Metadata = ReadonlyMap<string, string>;

/** @throws SerializationError with `code`, or FILE_UNSUPPORTED_VERSION */
export function checkFormat(
  metadata: Metadata,
  format: string,
  version: string,
  code: 'FILE_NOT_A_MODEL' | 'FILE_NOT_A_CHECKPOINT',
): void {
  const found = metadata.get(FORMAT_KEY);
  if (found !== format) {
    throw new SerializationError({
      code,
      subject: 'file',
      expected: `a file of format ${format}`,
      found: found === undefined ? 'another one' : brief(found),
    });
  }
  const foundVersion = metadata.get(FORMAT_VERSION_KEY);
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

/** @throws SerializationError FILE_NOT_A_MODEL */
export function imageShapeOf(metadata: Metadata): [number, number] {
  const shape = parseJson(metadata.get('image_shape') ?? '');
  const sides = Array.isArray(shape) ? shape : [];
  if (sides.length === 2 && sides.every((side) => Number.isSafeInteger(side) && side > 0)) {
    return sides as [number, number];
  }
  throw notAModel('image_shape', '[height, width]', brief(metadata.get('image_shape')));
}

/** @throws SerializationError FILE_NOT_A_MODEL */
export function classNamesOf(metadata: Metadata): string[] {
  const names = parseJson(metadata.get('class_names') ?? '');
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  throw notAModel('class_names', 'a list of names', brief(metadata.get('class_names')));
}

/** @throws SerializationError FILE_NOT_A_MODEL */
export function pixelScaleOf(metadata: Metadata): number {
  const scale = parseJson(metadata.get('pixel_scale') ?? '');
  if (typeof scale === 'number') return scale;
  throw notAModel('pixel_scale', 'a number', brief(metadata.get('pixel_scale')));
}

export function receiptOf(metadata: Metadata): Record<string, string> {
  return Object.fromEntries(
    [...metadata]
      .filter(([key]) => key.startsWith(RECEIPT_PREFIX))
      .map(([key, text]) => [key.slice(RECEIPT_PREFIX.length), text]),
  );
}

function notAModel(subject: string, expected: string, found: string): SerializationError {
  return new SerializationError({ code: 'FILE_NOT_A_MODEL', subject, expected, found });
}
