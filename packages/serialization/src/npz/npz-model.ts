import { checkModel, ModelError, type SoftmaxRegression } from '@softreg/model';
import { SerializationError } from '../errors.js';
import { decodeNpy, encodeNpy, type NpyArray, notAModel } from './npy.js';

/** What the file holds, each as `NAME.npy`. */
const NAMES = ['weights', 'bias', 'image_shape', 'pixel_scale', 'class_names'] as const;

type Name = (typeof NAMES)[number];

/** What the arrays of a file may have unpacked, beyond its own size: numbers hardly shrink, and a small file must not fill the memory. */
const MAX_GAIN = 2 ** 22;

/** In the thread that calls: a page's policy may forbid the workers that the library would start. */
const HERE = { useWebWorkers: false };

/** Loaded at the first use: it takes longer than all else of this package, which few programs need it for. */
const zip = () => import('@zip.js/zip.js');

/**
 * A model as NumPy's `.npz`: `weights` (features x classes) and `bias` (classes) in float32, `image_shape`, `pixel_scale` and
 * `class_names`. The receipt is left out. The same model gives the same bytes.
 *
 * @throws SerializationError FILE_INVALID_CONTENT for a class name that NumPy's texts cannot hold; ModelError
 */
export async function encodeNpzModel(model: SoftmaxRegression): Promise<Uint8Array> {
  const { parameters, imageHeight, imageWidth, pixelScale, classNames } = checkModel(model);
  const { features, classes, weights, bias } = parameters;
  for (const name of classNames) {
    if (!/\p{Surrogate}/u.test(name) && !name.endsWith('\0')) continue;
    throw new SerializationError({
      code: 'FILE_INVALID_CONTENT',
      subject: 'class names',
      expected: 'whole characters, the last of which is not NUL',
      found: JSON.stringify(name),
    });
  }
  const arrays: Record<Name, NpyArray> = {
    weights: { shape: [features, classes], data: weights },
    bias: { shape: [classes], data: bias },
    image_shape: { shape: [2], data: Float64Array.of(imageHeight, imageWidth) },
    pixel_scale: { shape: [], data: Float64Array.of(pixelScale) },
    class_names: { shape: [classes], data: classNames },
  };
  const { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } = await zip();
  const writer = new ZipWriter(new Uint8ArrayWriter(), {
    ...HERE,
    level: 0,
    extendedTimestamp: false,
    lastModDate: new Date(1980, 0, 1),
  });
  for (const name of NAMES) {
    await writer.add(`${name}.npy`, new Uint8ArrayReader(encodeNpy(arrays[name])));
  }
  return writer.close();
}

/**
 * Decodes a model from NumPy's `.npz`, compressed or not, with the arrays that `encodeNpzModel` writes; others are ignored. Numbers may
 * have another type, and are rounded to float32. Unpacked, they may have 4 MiB more than the file.
 *
 * @throws SerializationError FILE_NOT_A_MODEL, FILE_DAMAGED, FILE_TOO_LARGE, FILE_TRUNCATED, FILE_TRAILING_BYTES
 */
export async function decodeNpzModel(bytes: Uint8Array): Promise<SoftmaxRegression> {
  const arrays = await readArrays(bytes);
  const [features = 0, classes = 0] = sized(arrays, 'weights', 2).shape;
  const [imageHeight = 0, imageWidth = 0] = numbersOf(arrays, 'image_shape', 1);
  const names = sized(arrays, 'class_names', 1).data;
  if (!Array.isArray(names)) throw notAModel('class_names', 'texts', 'numbers');
  try {
    return checkModel({
      parameters: {
        features,
        classes,
        weights: Float32Array.from(numbersOf(arrays, 'weights', 2)),
        bias: Float32Array.from(numbersOf(arrays, 'bias', 1)),
      },
      imageHeight,
      imageWidth,
      classNames: names,
      pixelScale: numbersOf(arrays, 'pixel_scale', 0)[0] as number,
      receipt: {},
    });
  } catch (error) {
    if (!ModelError.isInstance(error)) throw error;
    throw notAModel(error.subject, error.expected, error.found);
  }
}

async function readArrays(bytes: Uint8Array): Promise<Map<string, NpyArray>> {
  const arrays = new Map<string, NpyArray>();
  let left = bytes.length + MAX_GAIN;
  const { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } = await zip();
  const reader = new ZipReader(new Uint8ArrayReader(bytes), { ...HERE, checkSignature: true });
  try {
    for (const entry of await reader.getEntries()) {
      const name = NAMES.find((known) => entry.filename === `${known}.npy`);
      if (name === undefined || entry.directory) continue;
      if (arrays.has(name)) throw notAModel(entry.filename, 'one of that name', 'another');
      const { filename, uncompressedSize } = entry;
      if (uncompressedSize > left) throw tooLarge(filename, left, uncompressedSize);
      left -= uncompressedSize;
      // The library stops where more comes out than the archive says.
      const file = await entry.getData(new Uint8ArrayWriter());
      arrays.set(name, decodeNpy(filename, file));
    }
  } catch (error) {
    if (SerializationError.isInstance(error)) throw error;
    throw new SerializationError({
      code: 'FILE_DAMAGED',
      subject: 'file',
      expected: 'a whole zip archive, as .npz files are',
      found: error instanceof Error ? error.message : String(error),
      cause: error,
    });
  }
  return arrays;
}

function sized(arrays: Map<string, NpyArray>, name: Name, rank: number): NpyArray {
  const array = arrays.get(name);
  if (array === undefined) {
    throw new SerializationError({
      code: 'FILE_NOT_A_MODEL',
      subject: 'file',
      expected: `an array ${name}`,
      found: [...arrays.keys()].join(', ') || 'none that a model has',
      advice: 'add it with numpy.savez',
    });
  }
  if (array.shape.length === rank) return array;
  throw notAModel(name, `an array of ${rank} dimensions`, `${array.shape.length}`);
}

function numbersOf(arrays: Map<string, NpyArray>, name: Name, rank: number): Float64Array {
  const { data } = sized(arrays, name, rank);
  if (data instanceof Float64Array) return data;
  throw notAModel(name, 'numbers', 'texts');
}

function tooLarge(subject: string, most: number, found: number): SerializationError {
  return new SerializationError({
    code: 'FILE_TOO_LARGE',
    subject,
    expected: `at most ${most} bytes, unpacked`,
    found: `${found}`,
    advice: 'save the model with numpy.savez, which packs nothing',
  });
}
