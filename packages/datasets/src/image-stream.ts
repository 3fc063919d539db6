import type { RandomRows, SequentialRows } from '@softreg/idx';
import { checkPair, type LabeledImages, type NamedIdx } from './labeled-images.js';
import { randomOf } from './random.js';
import { SpareMemory } from './spare-memory.js';

/** Images whose order is mixed among themselves, unless another number is given. */
const DEFAULT_WINDOW = 10_000;

/** Each read costs as much as reading some dozens of images. */
const DEFAULT_READ_BYTES = 2 ** 22;

/** Labeled images that are read as they are needed: of them two blocks or windows are in memory besides those in use, one of them read ahead. */
export interface ImageStream {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly classes: number;
  /**
   * The minibatches of one epoch from number `first` on, counted from 0, each of `size` images, the last one maybe of fewer. The same
   * arguments give the same minibatches. A minibatch that is done with may be given back by `next`: its memory is then used again. What a
   * plain loop takes stays as it is.
   *
   * @param seed of the order, a whole number from 0 to 2^32 - 1; undefined for the order of the file
   * @throws RangeError if `size` is not a whole number of at least 1, or `first` not one of at least 0
   */
  minibatches(
    size: number,
    first: number,
    seed: number | undefined,
  ): AsyncGenerator<LabeledImages, void, LabeledImages | undefined>;
}

/** An image file under the name to call it by: open for reading anywhere, or opened anew for each epoch. */
export interface NamedRows {
  readonly name: string;
  readonly rows: RandomRows | (() => Promise<SequentialRows>);
}

export interface ImageStreamOptions {
  /** Images `from` to `to` (exclusive); default: all. */
  from?: number;
  to?: number;
  /**
   * With a seed, the images of each window come in an order of their own, windows in that of the file. Rounded up to whole minibatches;
   * default 10,000. It is a part of the order.
   */
  window?: number;
  /**
   * Bytes of images that are read in one go where the file can be read at any place and its order is kept: as many whole minibatches as fit, one at
   * least; default 4 MiB.
   */
  readBytes?: number;
}

/**
 * Joins an image file that is read as it is needed, and its labels.
 *
 * @throws DatasetError DATASET_WRONG_SHAPE, DATASET_COUNTS_DIFFER, DATASET_LABEL_OUT_OF_RANGE; RangeError if there are no such images
 */
export async function streamImages(
  images: NamedRows,
  labels: NamedIdx,
  classes: number,
  {
    from = 0,
    to,
    window = DEFAULT_WINDOW,
    readBytes = DEFAULT_READ_BYTES,
  }: ImageStreamOptions = {},
): Promise<ImageStream> {
  const { type, shape } = await headerOf(images);
  const { count, height, width } = checkPair({ name: images.name, type, shape }, labels, classes);
  const end = to ?? count;
  if (
    !(Number.isInteger(from) && Number.isInteger(end) && from >= 0 && from < end && end <= count)
  ) {
    throw new RangeError(`expected images within 0 to ${count}, found ${from} to ${end}`);
  }
  if (!(Number.isInteger(window) && window >= 1)) {
    throw new RangeError(`expected a window of at least 1 image, found ${window}`);
  }
  if (!(readBytes >= 1)) {
    throw new RangeError(`expected at least 1 byte to read in one go, found ${readBytes}`);
  }
  const ownLabels = (labels.array.data as Uint8Array).subarray(from, end);
  const part = { from, count: end - from, pixels: height * width };
  return {
    count: part.count,
    height,
    width,
    classes,
    async *minibatches(size, first, seed) {
      if (!(Number.isInteger(size) && size >= 1 && Number.isInteger(first) && first >= 0)) {
        throw new RangeError(
          `expected minibatches of at least 1 image from number 0 on, found ${size} from ${first}`,
        );
      }
      const atOnce = Math.max(1, Math.floor(readBytes / (size * part.pixels)));
      const blockSize = size * (seed === undefined ? atOnce : Math.ceil(window / size));
      const firstBlock = Math.floor((first * size) / blockSize);
      // What is read in order is cut out of larger pieces.
      const spare = typeof images.rows === 'function' ? undefined : new SpareMemory();
      const spareMixed = new SpareMemory();
      let number = firstBlock;
      for await (const pixels of blocks(images, part, blockSize, firstBlock, spare)) {
        const start = number * blockSize;
        let block: LabeledImages = {
          images: pixels,
          labels: ownLabels.subarray(start, start + blockSize),
          count: pixels.length / part.pixels,
          height,
          width,
          classes,
        };
        if (seed !== undefined) {
          block = mixed(block, seed, number, spareMixed.take(pixels.length));
          spare?.add(pixels);
        }
        const skip = number === firstBlock ? first * size - start : 0;
        const origin = seed === undefined ? spare : spareMixed;
        if (skip > 0) origin?.giveBack(block.images.subarray(0, skip * part.pixels));
        for (const minibatch of cut(block, size, skip)) {
          const done = yield minibatch;
          if (done !== undefined) origin?.giveBack(done.images);
        }
        number += 1;
      }
    },
  };
}

async function headerOf({ rows }: NamedRows): Promise<RandomRows | SequentialRows> {
  if (typeof rows !== 'function') return rows;
  const opened = await rows();
  await opened.close();
  return opened;
}

interface Part {
  readonly from: number;
  readonly count: number;
  readonly pixels: number;
}

/** The pixels of block `first` and those after it, each of `size` images, the last one maybe of fewer. */
async function* blocks(
  { rows }: NamedRows,
  part: Part,
  size: number,
  first: number,
  spare: SpareMemory | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  const begin = first * size;
  if (begin >= part.count) return;
  if (typeof rows === 'function') {
    yield* sequentialBlocks(await rows(), part, size, part.from + begin);
    return;
  }
  const read = (start: number) => {
    if (start >= part.count) return undefined;
    const end = Math.min(start + size, part.count);
    const into = spare?.take((end - start) * part.pixels);
    const reading = rows.read(part.from + start, part.from + end, into);
    // Until it is waited for, its failure is nobody's.
    reading.catch(() => undefined);
    return reading;
  };
  let coming = read(begin);
  try {
    for (let start = begin; coming !== undefined; start += size) {
      const { data } = await coming;
      // While those before it are computed with.
      coming = read(start + size);
      yield data as Uint8Array;
    }
  } finally {
    // Who closes the file may do so when nothing is read of it any more.
    await coming?.catch(() => undefined);
  }
}

/** Rows before `start` have to be read and dropped. */
async function* sequentialBlocks(
  rows: SequentialRows,
  { from, count, pixels }: Part,
  size: number,
  start: number,
): AsyncGenerator<Uint8Array, void, void> {
  let at = 0;
  let held = new Uint8Array(0);
  for await (const { data, shape } of rows.blocks(size)) {
    const next = at + (shape[0] as number);
    const fresh = (data as Uint8Array).subarray(
      Math.max(0, start - at) * pixels,
      Math.max(0, Math.min(next, from + count) - at) * pixels,
    );
    at = next;
    held = joined(held, fresh);
    while (held.length >= size * pixels) {
      yield held.subarray(0, size * pixels);
      held = held.subarray(size * pixels);
    }
    if (at >= from + count) break;
  }
  if (held.length > 0) yield held;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  if (a.length === 0) return b as Uint8Array<ArrayBuffer>;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function* cut(block: LabeledImages, size: number, skip: number): Generator<LabeledImages> {
  const pixels = block.height * block.width;
  for (let start = skip; start < block.count; start += size) {
    const end = Math.min(start + size, block.count);
    yield {
      ...block,
      images: block.images.subarray(start * pixels, end * pixels),
      labels: block.labels.subarray(start, end),
      count: end - start,
    };
  }
}

/** The block in an order that its number and the seed decide, each as likely as any other, by Fisher and Yates' shuffle. */
function mixed(
  block: LabeledImages,
  seed: number,
  number: number,
  images: Uint8Array = new Uint8Array(block.images.length),
): LabeledImages {
  const { uniform } = randomOf(seed, number);
  const pixels = block.height * block.width;
  const order = Int32Array.from({ length: block.count }, (_, i) => i);
  for (let last = block.count - 1; last > 0; last--) {
    const taken = Math.floor(uniform() * (last + 1));
    [order[last], order[taken]] = [order[taken] as number, order[last] as number];
  }
  for (const [i, from] of order.entries()) {
    images.set(block.images.subarray(from * pixels, (from + 1) * pixels), i * pixels);
  }
  const labels = Uint8Array.from(order, (from) => block.labels[from] as number);
  return { ...block, images, labels };
}
