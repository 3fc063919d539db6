import { checkModel, ModelError, type SoftmaxRegression } from '@softreg/model';
import { brief } from '../brief.js';
import { SerializationError, type SerializationErrorCode } from '../errors.js';
import { parseJson, toJson } from '../json.js';
import { decodeUtf8 } from '../utf8.js';
import { fromBase64url, toBase64url } from './base64url.js';
import { crc32 } from './crc32.js';
import { dequantize, quantize } from './quantize.js';

const VERSION = 1;
const HEADER_BYTES = 19;
const CHECKSUM_BYTES = 4;
const LARGEST_COUNT = 2 ** 16 - 1;

/** What Chromium lets an address have. */
const MAX_CHARACTERS = 2 ** 21;

/**
 * A model as text for a link: of MNIST's size 10,591 characters. Weights are rounded to 8 bits, with a scale for each class; biases stay as they
 * are, and the receipt is left out.
 *
 * @throws ModelError MODEL_INVALID; SerializationError FILE_INVALID_CONTENT for one that a link cannot hold
 */
export function encodeCompactModel(model: SoftmaxRegression): string {
  const { parameters, imageHeight, imageWidth, classNames, pixelScale } = checkModel(model);
  const { classes, weights, bias } = parameters;
  for (const count of [imageHeight, imageWidth, classes]) {
    if (count > LARGEST_COUNT) throw unfit(`sizes of at most ${LARGEST_COUNT}`, `${count}`);
  }
  const names = new TextEncoder().encode(
    classNames.every(isItsNumber) ? '' : toJson(classNames, 'class names'),
  );
  const layout = layoutOf(names.length, imageHeight * imageWidth, classes);
  const characters = Math.ceil((layout.end * 4) / 3);
  if (characters > MAX_CHARACTERS) {
    throw unfit(`at most ${MAX_CHARACTERS} characters`, `${characters}`);
  }
  const { levels, scales } = quantize(weights, classes);
  const bytes = new Uint8Array(layout.end);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, VERSION);
  view.setUint16(1, imageHeight, true);
  view.setUint16(3, imageWidth, true);
  view.setUint16(5, classes, true);
  view.setFloat64(7, pixelScale, true);
  view.setUint32(15, names.length, true);
  bytes.set(names, layout.names);
  for (const [label, value] of bias.entries())
    view.setFloat32(layout.bias + 4 * label, value, true);
  for (const [label, value] of scales.entries()) {
    view.setFloat32(layout.scales + 4 * label, value, true);
  }
  bytes.set(new Uint8Array(levels.buffer), layout.levels);
  view.setUint32(layout.checksum, crc32(bytes.subarray(0, layout.checksum)), true);
  return toBase64url(bytes);
}

/**
 * Decodes what {@link encodeCompactModel} made. Every flipped bit and every missing end is found.
 *
 * @throws SerializationError FILE_TOO_LARGE, FILE_TRUNCATED, FILE_TRAILING_BYTES, FILE_DAMAGED, FILE_UNSUPPORTED_VERSION, FILE_NOT_A_MODEL
 */
export function decodeCompactModel(text: string): SoftmaxRegression {
  const bytes = bytesOf(text);
  const view = new DataView(bytes.buffer);
  const imageHeight = view.getUint16(1, true);
  const imageWidth = view.getUint16(3, true);
  const classes = view.getUint16(5, true);
  const features = imageHeight * imageWidth;
  const layout = layoutOf(view.getUint32(15, true), features, classes);
  if (bytes.length !== layout.end) {
    const code = bytes.length < layout.end ? 'FILE_TRUNCATED' : 'FILE_TRAILING_BYTES';
    throw wrong(code, `${layout.end} bytes, as its beginning says`, `${bytes.length}`);
  }
  const floats = (start: number) =>
    Float32Array.from({ length: classes }, (_, label) => view.getFloat32(start + 4 * label, true));
  const levels = new Int8Array(bytes.buffer, layout.levels, features * classes);
  try {
    return checkModel({
      parameters: {
        features,
        classes,
        weights: dequantize({ levels, scales: floats(layout.scales) }),
        bias: floats(layout.bias),
      },
      imageHeight,
      imageWidth,
      classNames: namesOf(bytes.subarray(layout.names, layout.bias), classes),
      pixelScale: view.getFloat64(7, true),
      receipt: {},
    });
  } catch (error) {
    if (!ModelError.isInstance(error)) throw error;
    throw wrong('FILE_NOT_A_MODEL', error.expected, error.found, error.subject);
  }
}

/** Whole and of this version; its sizes are not believed yet. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  if (text.length > MAX_CHARACTERS) {
    throw wrong('FILE_TOO_LARGE', `at most ${MAX_CHARACTERS} characters`, `${text.length}`);
  }
  const bytes = fromBase64url(text);
  if (bytes === undefined) {
    throw wrong('FILE_DAMAGED', 'letters, digits, - and _ (base64url)', brief(text), 'text', AGAIN);
  }
  const least = HEADER_BYTES + CHECKSUM_BYTES;
  if (bytes.length < least) {
    throw wrong('FILE_TRUNCATED', `at least ${least} bytes`, `${bytes.length}`, 'text', AGAIN);
  }
  const [version] = bytes;
  if (version !== VERSION) {
    const advice = 'open it with the release of softreg that made it';
    throw wrong('FILE_UNSUPPORTED_VERSION', `version ${VERSION}`, `${version}`, 'text', advice);
  }
  const end = bytes.length - CHECKSUM_BYTES;
  const expected = new DataView(bytes.buffer).getUint32(end, true);
  const found = crc32(bytes.subarray(0, end));
  if (found !== expected) {
    throw wrong('FILE_DAMAGED', `checksum ${hex(expected)}`, hex(found), 'text', AGAIN);
  }
  return bytes;
}

/** Where the parts begin. */
function layoutOf(nameBytes: number, features: number, classes: number) {
  const names = HEADER_BYTES;
  const bias = names + nameBytes;
  const scales = bias + 4 * classes;
  const levels = scales + 4 * classes;
  const checksum = levels + features * classes;
  return { names, bias, scales, levels, checksum, end: checksum + CHECKSUM_BYTES };
}

/** No text for classes that are called by their numbers. */
function namesOf(bytes: Uint8Array, classes: number): string[] {
  if (bytes.length === 0) return Array.from({ length: classes }, (_, label) => String(label));
  const text = decodeUtf8(bytes);
  const names = text === undefined ? undefined : parseJson(text);
  // Whether they are texts, and as many as classes, is checked with the model.
  if (Array.isArray(names)) return names;
  throw wrong('FILE_NOT_A_MODEL', 'a list of names', brief(text), 'class names');
}

function isItsNumber(name: string, label: number): boolean {
  return name === String(label);
}

function hex(checksum: number): string {
  return checksum.toString(16).padStart(8, '0');
}

const AGAIN = 'copy all of it again';

function wrong(
  code: SerializationErrorCode,
  expected: string,
  found: string,
  part = 'text',
  advice?: string,
): SerializationError {
  return new SerializationError({
    code,
    subject: `compact model, ${part}`,
    expected,
    found,
    advice,
  });
}

function unfit(expected: string, found: string): SerializationError {
  return wrong('FILE_INVALID_CONTENT', expected, found, 'size', 'keep the model as a file');
}
