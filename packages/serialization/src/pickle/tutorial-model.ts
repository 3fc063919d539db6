import { checkModel, ModelError, type SoftmaxRegression } from '@softreg/model';
import { SerializationError } from '../errors.js';
import { forEachElement } from './elements.js';
import { unpacked } from './unpacked.js';
import { unpickle } from './unpickle.js';
import {
  type ArrayContent,
  kindOf,
  NdArray,
  type PickleValue,
  PyList,
  PyRecord,
} from './values.js';

const SIDE = 28;
const FEATURES = SIDE * SIDE;
const CLASSES = 10;
/** The largest that Theano wrote for it, in protocol 0, has 0.3 MB. */
const MAX_BYTES = 2 ** 20;

/**
 * Reads the tutorial's `best_model.pkl`, as it is or gzipped: a pickled LogisticRegression whose W (784 x 10) and b (10) are shared variables of
 * Theano. Runs nothing of it. Images are of 28 x 28 pixels, classes `0` to `9`, the pixel scale is 256; numbers of 64 bits are rounded
 * to 32. The receipt tells the class and the element type of W.
 *
 * @param bytes the file; at most 1 MiB unpacked
 * @throws SerializationError FILE_NOT_A_MODEL for another pickle; FILE_REFUSED for one that asks for anything else to be built or run;
 *   FILE_NOT_A_PICKLE, FILE_BAD_GZIP, FILE_TRUNCATED, FILE_TRAILING_BYTES, FILE_TOO_LARGE, FILE_UNSUPPORTED_VERSION
 */
export async function readTutorialModel(bytes: Uint8Array): Promise<SoftmaxRegression> {
  const classifier = unpickle(await unpacked(bytes, MAX_BYTES));
  if (!(classifier instanceof PyRecord) || !classifier.className.endsWith('.LogisticRegression')) {
    throw notAModel('pickle', 'an object of LogisticRegression', kindOf(classifier));
  }
  const weights = sharedArray(classifier, 'W', [FEATURES, CLASSES]);
  const bias = sharedArray(classifier, 'b', [CLASSES]);
  try {
    return checkModel({
      parameters: {
        features: FEATURES,
        classes: CLASSES,
        weights: floats(weights),
        bias: floats(bias),
      },
      imageHeight: SIDE,
      imageWidth: SIDE,
      classNames: Array.from({ length: CLASSES }, (_, digit) => `${digit}`),
      pixelScale: 256,
      receipt: {
        source: 'pickle of the Theano tutorial',
        class: classifier.className,
        'element type': weights.type === 'f8' ? 'float64' : 'float32',
      },
    });
  } catch (error) {
    if (!ModelError.isInstance(error)) throw error;
    throw notAModel(error.subject, error.expected, error.found);
  }
}

/** The array of a shared variable: the first of its container's storage. */
function sharedArray(
  classifier: PyRecord,
  name: string,
  expected: readonly number[],
): ArrayContent {
  const variable = classifier.field(name);
  const container = fieldOf(variable, 'container');
  const storage = fieldOf(container, 'storage');
  const array = storage instanceof PyList ? storage.items[0] : undefined;
  const content = array instanceof NdArray ? array.content : undefined;
  const isFloat = content?.type === 'f4' || content?.type === 'f8';
  if (content === undefined || !isFloat || content.shape.join() !== expected.join()) {
    const found = kindOf(array ?? storage ?? container ?? variable ?? null);
    throw notAModel(name, `a shared variable of ${expected.join(' x ')} floating numbers`, found);
  }
  return content;
}

function fieldOf(value: PickleValue | undefined, name: string): PickleValue | undefined {
  return value instanceof PyRecord ? value.field(name) : undefined;
}

function floats(array: ArrayContent): Float32Array {
  const values = new Float32Array(array.shape.reduce((product, side) => product * side, 1));
  forEachElement(array, (value, index) => {
    values[index] = value;
  });
  return values;
}

function notAModel(subject: string, expected: string, found: string): SerializationError {
  return new SerializationError({ code: 'FILE_NOT_A_MODEL', subject, expected, found });
}
