import { SerializationError } from '../errors.js';
import { forEachElement } from './elements.js';
import { unpacked } from './unpacked.js';
import { unpickle } from './unpickle.js';
import { type ArrayContent, kindOf, NdArray, type PickleValue, PyList, PyTuple } from './values.js';

/** Images with their classes, as an engine takes them. */
export interface TutorialSet {
  /** count x 784, row-major. */
  readonly values: Uint8Array | Float32Array;
  /** What values are divided by to be the file's: 256 where they are bytes, 1 where they are not. */
  readonly scale: 1 | 256;
  /** The digit of each image, 0 to 9. */
  readonly labels: Uint8Array;
  readonly count: number;
  readonly features: number;
  readonly classes: number;
}

export interface TutorialData {
  readonly train: TutorialSet;
  readonly validation: TutorialSet;
  readonly test: TutorialSet;
}

const SETS = ['train', 'validation', 'test'] as const;
const FEATURES = 784;
const CLASSES = 10;
const SCALE = 256;
/** The tutorial's has 220 MB; with float64 it would have 440. */
const MAX_BYTES = 2 ** 29;

interface Arrays {
  readonly images: ArrayContent;
  readonly labels: ArrayContent;
}

/**
 * Reads the tutorial's `mnist.pkl.gz`, as it is or unpacked: three pairs of images (count x 784 floating numbers of 0 to 1) and labels
 * (whole numbers of 0 to 9). Runs nothing of it. Where every value of every image is a byte divided by 256, as in the tutorial's file, the
 * images are given as those bytes, with `scale` 256: nothing is lost and a quarter of the memory is enough; else as float32, with
 * `scale` 1, to which numbers of 64 bits are rounded.
 *
 * @param bytes the file; at most 512 MiB unpacked
 * @throws SerializationError FILE_NOT_TUTORIAL_DATA for another pickle; FILE_REFUSED for one that asks for anything else to be built or run;
 *   FILE_NOT_A_PICKLE, FILE_BAD_GZIP, FILE_TRUNCATED, FILE_TRAILING_BYTES, FILE_TOO_LARGE, FILE_UNSUPPORTED_VERSION
 */
export async function readTutorialData(bytes: Uint8Array): Promise<TutorialData> {
  const found = arraysOf(unpickle(await unpacked(bytes, MAX_BYTES)));
  const [train, validation, test] = found as [Arrays, Arrays, Arrays];
  const areBytes = found.map(({ images }, index) => checkImages(images, index)).every(Boolean);
  return {
    train: setOf(train, 0, areBytes),
    validation: setOf(validation, 1, areBytes),
    test: setOf(test, 2, areBytes),
  };
}

function arraysOf(value: PickleValue): Arrays[] {
  const sets = itemsOf(value);
  if (sets?.length !== SETS.length) throw notData('pickle', 'three data sets', kindOf(value));
  return sets.map((set, index) => {
    const [images, labels] = (itemsOf(set) ?? []).map((item) =>
      item instanceof NdArray ? item.content : undefined,
    );
    const [count, features] = images?.shape ?? [];
    if (
      !images ||
      !labels ||
      itemsOf(set)?.length !== 2 ||
      !images.type.startsWith('f') ||
      labels.type.startsWith('f') ||
      images.shape.length !== 2 ||
      features !== FEATURES ||
      !count ||
      labels.shape.join() !== `${count}`
    ) {
      const parts = (itemsOf(set) ?? [set]).slice(0, 4).map(kindOf).join(' and ');
      const expected = `images of count x ${FEATURES} floating numbers, and as many whole numbers`;
      throw notData(SETS[index] as string, expected, parts);
    }
    return { images, labels };
  });
}

/** @returns whether all values are bytes divided by 256 */
function checkImages(images: ArrayContent, set: number): boolean {
  let areBytes = true;
  forEachElement(images, (value, index) => {
    if (!(value >= 0 && value <= 1)) {
      const subject = `${SETS[set]}, image ${Math.floor(index / FEATURES)}`;
      throw notData(subject, 'values of 0 to 1', `${value}`);
    }
    areBytes &&= Number.isInteger(value * SCALE) && value < 1;
  });
  return areBytes;
}

function setOf({ images, labels }: Arrays, set: number, areBytes: boolean): TutorialSet {
  const count = images.shape[0] as number;
  const digits = new Uint8Array(count);
  forEachElement(labels, (label, index) => {
    if (!(label >= 0 && label < CLASSES)) {
      throw notData(`${SETS[set]}, label ${index}`, '0 to 9', `${label}`);
    }
    digits[index] = label;
  });
  const scale = areBytes ? SCALE : 1;
  const values = areBytes ? new Uint8Array(count * FEATURES) : new Float32Array(count * FEATURES);
  forEachElement(images, (value, index) => {
    values[index] = value * scale;
  });
  return { values, scale, labels: digits, count, features: FEATURES, classes: CLASSES };
}

function itemsOf(value: PickleValue): readonly PickleValue[] | undefined {
  return value instanceof PyTuple || value instanceof PyList ? value.items : undefined;
}

function notData(subject: string, expected: string, found: string): SerializationError {
  return new SerializationError({ code: 'FILE_NOT_TUTORIAL_DATA', subject, expected, found });
}
