import type { IdxArray } from '@softreg/idx';

export interface IdxSummary {
  readonly type: string;
  readonly shape: readonly number[];
  readonly elements: number;
  /** Undefined where there are no elements; NaN, like `max` and `mean`, where one of them is NaN. */
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly mean: number | undefined;
  /** Share of elements that are exactly zero, 0 to 1. */
  readonly zeros: number | undefined;
  /** How often each value occurs, for a byte vector: what a label file holds. Values that do not occur are left out. */
  readonly counts?: readonly { readonly value: number; readonly count: number }[];
}

/** Gathers the figures of an IDX file that is read a block at a time. */
export interface IdxSummarizer {
  /** Takes the next elements. */
  add(data: IdxArray['data']): void;
  /** The figures of all that was added. */
  summary(): IdxSummary;
}

/** Figures that tell what an IDX array holds. */
export function describeIdx({ type, shape, data }: IdxArray): IdxSummary {
  const summarizer = createIdxSummarizer({ type, shape });
  summarizer.add(data);
  return summarizer.summary();
}

/** The same as {@link describeIdx}, for an array that is never in memory as a whole. */
export function createIdxSummarizer({
  type,
  shape,
}: Pick<IdxArray, 'type' | 'shape'>): IdxSummarizer {
  const figures = type === 'uint8' ? byteFigures() : numberFigures();
  const isLabels = type === 'uint8' && shape.length === 1;
  return {
    add: figures.add,
    summary() {
      const { elements, min, max, sum, zeros, counts } = figures.result();
      const isEmpty = elements === 0;
      return {
        type,
        shape,
        elements,
        min: isEmpty ? undefined : min,
        max: isEmpty ? undefined : max,
        mean: isEmpty ? undefined : sum / elements,
        zeros: isEmpty ? undefined : zeros / elements,
        ...(isLabels && counts && { counts }),
      };
    },
  };
}

interface Figures {
  readonly elements: number;
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly zeros: number;
  readonly counts?: IdxSummary['counts'];
}

interface Gathering {
  add(data: ArrayLike<number>): void;
  result(): Figures;
}

/** Of bytes a count of each value tells all, at a fraction of the time. */
function byteFigures(): Gathering {
  const counts = new Float64Array(256);
  return {
    add(data) {
      const inBlock = countBytes(data as Uint8Array);
      for (let value = 0; value < 256; value++) {
        counts[value] = (counts[value] as number) + (inBlock[value] as number);
      }
    },
    result() {
      const present = Array.from(counts, (count, value) => ({ value, count })).filter(
        ({ count }) => count > 0,
      );
      return {
        elements: present.reduce((total, { count }) => total + count, 0),
        min: present[0]?.value ?? Number.NaN,
        max: present.at(-1)?.value ?? Number.NaN,
        sum: present.reduce((total, { value, count }) => total + value * count, 0),
        zeros: counts[0] as number,
        counts: present,
      };
    },
  };
}

/** Four tables, so that runs of one value, as images have, do not wait for each other: twice as fast. */
function countBytes(bytes: Uint8Array): Float64Array {
  const tables = new Uint32Array(4 * 256);
  for (let i = 0; i < bytes.length; i++) {
    const place = ((i & 3) << 8) | (bytes[i] as number);
    tables[place] = (tables[place] as number) + 1;
  }
  const sums = new Float64Array(256);
  for (let place = 0; place < tables.length; place++) {
    sums[place & 255] = (sums[place & 255] as number) + (tables[place] as number);
  }
  return sums;
}

function numberFigures(): Gathering {
  let elements = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let zeros = 0;
  return {
    add(data) {
      for (let i = 0; i < data.length; i++) {
        const value = data[i] as number;
        min = Math.min(min, value);
        max = Math.max(max, value);
        sum += value;
        if (value === 0) zeros += 1;
      }
      elements += data.length;
    },
    result: () => ({ elements, min, max, sum, zeros }),
  };
}
