import { checkModel, type SoftmaxRegression } from '@softreg/model';
import { base64Floats } from './base64-floats.js';
import { asciiLiteral } from './literal.js';

/**
 * Encodes a model as the text of one ES module that needs nothing else: `predict(pixels)` takes the pixels of one image, height x width
 * whole numbers of 0 to 255 in any list or typed array, and gives `{ label, className, probabilities }` as `predict` of
 * `@softreg/model` does, to the bit; other pixels are a RangeError. The text is ASCII and can stand in a `<script type="module">`; the same
 * model always gives the same text.
 *
 * @throws ModelError MODEL_INVALID
 */
export function encodeStandaloneModel(model: SoftmaxRegression): string {
  const { parameters, classNames, pixelScale } = checkModel(model);
  const { features, classes, weights, bias } = parameters;
  return `// A softmax regression, written by softreg: P(class k | x) = softmax(xW + b)[k], x = pixels / ${pixelScale}.

const FEATURES = ${features};
const CLASSES = ${classes};
const PIXEL_SCALE = ${pixelScale};
const CLASS_NAMES = ${asciiLiteral(classNames)};

// Little-endian float32 in base64: weights of ${features} x ${classes}, row-major, and bias of ${classes}.
const WEIGHTS = floats('${base64Floats(weights)}');
const BIAS = floats('${base64Floats(bias)}');

/**
 * @param {ArrayLike<number>} pixels ${features} whole numbers of 0 to 255, row by row
 * @returns {{ label: number, className: string, probabilities: Float64Array }}
 * @throws {RangeError} for other pixels
 */
export function predict(pixels) {
  checkPixels(pixels);
  const probabilities = softmax(scoresOf(pixels));
  let label = 0;
  for (let k = 1; k < CLASSES; k++) if (probabilities[k] > probabilities[label]) label = k;
  return { label, className: CLASS_NAMES[label], probabilities };
}

function checkPixels(pixels) {
  const length = pixels?.length;
  if (length !== FEATURES) {
    throw new RangeError(\`expected \${FEATURES} pixels, found \${typeof length === 'number' ? length : 'none'}\`);
  }
  for (let i = 0; i < FEATURES; i++) {
    const pixel = pixels[i];
    if (!(Number.isInteger(pixel) && pixel >= 0 && pixel <= 255)) {
      throw new RangeError(\`expected whole numbers of 0 to 255, found another value at pixel \${i}\`);
    }
  }
}

function scoresOf(pixels) {
  const scores = Float64Array.from(BIAS);
  for (let i = 0; i < FEATURES; i++) {
    if (pixels[i] === 0) continue;
    const value = pixels[i] / PIXEL_SCALE;
    for (let k = 0; k < CLASSES; k++) scores[k] += value * WEIGHTS[i * CLASSES + k];
  }
  return scores;
}

function softmax(scores) {
  const largest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  const exponentials = scores.map((score) => Math.exp(score - largest));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}

function floats(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}
`;
}
