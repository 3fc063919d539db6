import { DatasetError, type LabeledImages } from '@softreg/datasets';
import { openSequentialRows } from '@softreg/idx';
import { PageError } from '../problems/page-error.js';

/** Of one image, such as 128 x 128. */
export const MAX_PIXELS = 16_384;
/** The page has a table of all classes against all, and an image of each. */
export const MAX_CLASSES = 64;
/** Pixels times classes: more take longer to show than the page may stand still, and it keeps those of many epochs. */
export const MAX_WEIGHTS = 2 ** 18;
/** Of all files, packed and unpacked: more than twice MNIST. Engines take 3 (simd) to 11 (wasm) times as much memory. */
export const MAX_BYTES = 2 ** 27;

const ELEMENT_BYTES = { uint8: 1, int8: 1, int16: 2, int32: 4, float32: 4, float64: 8 } as const;

/** What a file's header says of it. */
export interface FileShape {
  readonly file: File;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/**
 * Looks at files before any of them is read as a whole: what would take too long or too much memory is refused.
 *
 * @returns those that have a header; what is wrong with others shows when they are read
 * @throws PageError, DatasetError
 */
export async function checkSizes(files: readonly File[]): Promise<readonly FileShape[]> {
  checkTotal(files.map((file) => ({ file, bytes: file.size })));
  const shapes: FileShape[] = [];
  for (const file of files) {
    const shape = await shapeOf(file);
    if (shape !== undefined) shapes.push(shape);
  }
  for (const { file, shape } of shapes) checkPixels(file, shape);
  checkTotal(shapes);
  return shapes;
}

/** @throws PageError if a model of such images would have too many weights */
export function checkWeights({ height, width, classes }: LabeledImages, file: string): void {
  const weights = height * width * classes;
  if (weights <= MAX_WEIGHTS) return;
  throw new PageError({
    code: 'PAGE_DATA_TOO_LARGE',
    subject: file,
    expected: `at most ${MAX_WEIGHTS} weights, one for each pixel and class`,
    found: `${weights}`,
    advice: 'choose smaller images, or fewer classes',
  });
}

/** @throws DatasetError */
export function checkClasses(classes: number, file: string): void {
  if (classes <= MAX_CLASSES) return;
  throw new DatasetError({
    code: 'DATASET_LABEL_OUT_OF_RANGE',
    subject: file,
    expected: `labels 0 to ${MAX_CLASSES - 1}, as a page shows no more classes`,
    found: `label ${classes - 1}`,
    advice: 'choose data with fewer classes',
  });
}

function checkTotal(parts: readonly { readonly file: File; readonly bytes: number }[]): void {
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= MAX_BYTES) return;
  throw new PageError({
    code: 'PAGE_DATA_TOO_LARGE',
    subject: parts.map(({ file }) => file.name).join(', '),
    expected: `at most ${mebibytes(MAX_BYTES)} MiB in all`,
    found: `${mebibytes(total)} MiB`,
    advice: 'choose fewer images',
  });
}

/** Rounded up: what is too much must not look like what is not. */
function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}

function checkPixels(file: File, shape: readonly number[]): void {
  const [, height, width] = shape;
  if (shape.length !== 3 || height === undefined || width === undefined) return;
  if (height * width <= MAX_PIXELS) return;
  throw new PageError({
    code: 'PAGE_DATA_TOO_LARGE',
    subject: file.name,
    expected: `images of at most ${MAX_PIXELS} pixels`,
    found: `${height} x ${width}`,
    advice: 'choose smaller images',
  });
}

async function shapeOf(file: File): Promise<FileShape | undefined> {
  try {
    const rows = await openSequentialRows(file);
    await rows.close();
    const { type, shape } = rows;
    const elements = shape.reduce((product, size) => product * size, 1);
    return { file, shape, bytes: elements * ELEMENT_BYTES[type] };
  } catch {
    return undefined;
  }
}
