import type { Parameters } from '@softreg/backend';
import type { ErrorCount } from '@softreg/model';
import type { Minimization } from './minimize.js';

export interface FullBatchBest {
  /** From 1. */
  readonly iteration: number;
  readonly parameters: Parameters;
  /** Over whole minibatches, as all scores of a run. */
  readonly validation: ErrorCount;
  readonly test: ErrorCount;
}

/** A full-batch run between two iterations: a plain value of numbers and arrays of numbers, good for `structuredClone`. */
export interface FullBatchState {
  readonly features: number;
  readonly classes: number;
  /** Its x is the weights, then the bias. */
  readonly minimization: Minimization;
  readonly best: FullBatchBest | undefined;
  /** The validation after each iteration. */
  readonly validations: readonly ErrorCount[];
}
