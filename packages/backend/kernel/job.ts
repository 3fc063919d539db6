import { JOB } from './layout';

export const enum Phase {
  /** Scores of rows, then residuals and losses. */
  RESIDUALS,
  /** Scores of rows, then probabilities. */
  PROBABILITIES,
  /** Scores of rows, then errors are counted. */
  ERRORS,
  /** The gradient over the rows, feature by feature. */
  GRADIENT,
  /** The gradient over the rows, in groups of rows that each have sums of their own. */
  GROUPS,
  /** The groups' sums added up, feature by feature. */
  FOLD,
  /** How many values of each row are not zero. */
  COUNT,
  /** The entries of rows, to where they begin. */
  INDEX,
}

export const enum Format {
  SPARSE_BYTES,
  SPARSE_FLOATS,
  DENSE_BYTES,
  DENSE_FLOATS,
}

/**
 * What all threads need to know of the phase. The host writes it before it lets anybody take a chunk.
 *
 * Matrices of floats have rows of `rowBytes`: the classes, padded to whole vectors. Weights and gradients have features + 1 of them, of
 * which the last is the bias.
 */
@unmanaged
export class Job {
  phase: Phase;
  /** How much there is to do: rows, features and the bias, or groups. */
  total: i32;
  /** How much of it is taken at a time. */
  chunk: i32;

  features: i32;
  classes: i32;
  vectors: i32;
  rowBytes: i32;

  /** The examples: `start` and the next ones, or `order` and the numbers after it, if that is not 0. */
  start: i32;
  order: usize;
  count: i32;

  // The examples' values, or by columns those of one block.
  format: Format;
  /** Where each row's entries begin, and one more. */
  starts: usize;
  /** The feature of each entry; in columns the row within the block. */
  indices: usize;
  /** The values of the entries, or all the rows' values one after the other. */
  values: usize;
  labels: usize;

  /** What the values are multiplied by: weights for scores, residuals for a gradient. Or the rows that entries are made of. */
  matrix: usize;
  /** out = decay x base + product; the next row's base is `baseBytes` further. */
  out: usize;
  base: usize;
  baseBytes: i32;
  decay: f32;

  /** What residuals are multiplied by. */
  factor: f32;
  /** Two floats a row: see softmax.ts. */
  losses: usize;

  /** For each group the sums of its rows. */
  sums: usize;
  groups: i32;
}

// @ts-ignore: decorator
@inline
export function job(): Job {
  return changetype<Job>(JOB);
}

// @ts-ignore: decorator
@inline
export function exampleOf(i: i32): usize {
  const order = job().order;
  return <usize>(order === 0 ? job().start + i : load<i32>(order + (<usize>i << 2)));
}
