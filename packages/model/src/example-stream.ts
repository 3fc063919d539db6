import type { Examples } from '@softreg/backend';
import { examplesOf, type ImageSet } from './image-set.js';

/** Examples that are read as they are needed, a minibatch at a time: a set that memory does not hold. */
export interface ExampleStream {
  readonly count: number;
  readonly features: number;
  readonly classes: number;
  /**
   * The minibatches of one epoch from number `first` on, counted from 0, each of `size` examples, the last one maybe of fewer. The same
   * arguments give the same minibatches. A loop that is left early frees what is open. A minibatch that is done with may be given back by
   * `next`, and its memory be used again.
   *
   * @param seed of the epoch's order, a whole number from 0 to 2^32 - 1; undefined for the order of the file
   */
  minibatches(
    size: number,
    first: number,
    seed: number | undefined,
  ): AsyncGenerator<Examples, void, Examples | undefined>;
}

/** Images that are read as they are needed, as a data set gives them. */
export interface ImageSetStream extends Pick<ImageSet, 'count' | 'height' | 'width' | 'classes'> {
  minibatches(
    size: number,
    first: number,
    seed: number | undefined,
  ): AsyncGenerator<ImageSet, void, ImageSet | undefined>;
}

/** The images as examples for an engine, with one feature a pixel. The pixels are shared, not copied. */
export function exampleStreamOf(stream: ImageSetStream, pixelScale: number): ExampleStream {
  const { count, height, width, classes } = stream;
  return {
    count,
    features: height * width,
    classes,
    async *minibatches(size, first, seed) {
      const sets = stream.minibatches(size, first, seed);
      // Those that are still in use.
      const setOf = new WeakMap<Examples, ImageSet>();
      try {
        let done: Examples | undefined;
        while (true) {
          const { value, done: isOver } = await sets.next(done && setOf.get(done));
          if (isOver) return;
          const examples = examplesOf(value, pixelScale);
          setOf.set(examples, value);
          done = yield examples;
        }
      } finally {
        await sets.return();
      }
    },
  };
}

export function isStream<Data extends object>(data: Data | ExampleStream): data is ExampleStream {
  return 'minibatches' in data;
}

/** Minibatches that are asked for before they are needed, so that they are read while the device computes. */
const AHEAD = 3;

/** The same, with the next ones under way. An item is done with when the one after it is asked for, and is given back. */
export async function* readAhead<Item>(
  source: AsyncGenerator<Item, void, Item | undefined>,
): AsyncGenerator<Item, void, void> {
  const coming: Promise<IteratorResult<Item, void>>[] = [];
  let done: Item | undefined;
  try {
    while (true) {
      while (coming.length < AHEAD) {
        const one = source.next(done);
        done = undefined;
        // It is awaited in its turn; until then its failure is nobody's.
        one.catch(() => undefined);
        coming.push(one);
      }
      const result = (await coming.shift()) as IteratorResult<Item, void>;
      if (result.done) return;
      yield result.value;
      done = result.value;
    }
  } finally {
    // Nothing more is wanted of it, so its failure to end is nobody's.
    await source.return().catch(() => undefined);
  }
}
