import { demand, demandCount, demandNotNegative, demandOneOf } from '../demands.js';
import type { Penalty } from '../penalty.js';
import type { Method } from './method.js';
import { conjugateGradient } from './minimize-conjugate-gradient.js';
import { lbfgs } from './minimize-lbfgs.js';

export const FULL_BATCH_METHODS = ['cg', 'lbfgs'] as const;

export type FullBatchMethodName = (typeof FULL_BATCH_METHODS)[number];

/** Everything that decides how a full-batch run goes, but for data, engine and starting parameters. */
export interface FullBatchSettings extends Penalty {
  /** Nonlinear conjugate gradient, or L-BFGS. */
  readonly method: FullBatchMethodName;
  /** At most so many; a whole number of 1 or more. */
  readonly iterations: number;
  /** The images that fill no whole minibatch of that size are left out, as in the tutorial; 1 to the size of the smallest set. */
  readonly batchSize: number;
  /** The run has converged where the gradient's norm is at most this; 0 or more. */
  readonly gradientTolerance: number;
  /** Of `lbfgs`: iterations that it remembers; a whole number of 1 or more. Default 10. */
  readonly memory?: number | undefined;
}

/** The settings of the tutorial's `cg_optimization_mnist` (`logistic_cg.py`), with SciPy's tolerance. */
export const TUTORIAL_CG_SETTINGS: FullBatchSettings = {
  method: 'cg',
  iterations: 50,
  batchSize: 600,
  gradientTolerance: 1e-5,
};

/** @throws TrainingError TRAINING_INVALID_SETTING naming the first setting that is out of its range */
export function checkFullBatchSettings(settings: FullBatchSettings): void {
  const { method, iterations, batchSize, gradientTolerance, l2 = 0, memory } = settings;
  demandOneOf('method', FULL_BATCH_METHODS, method);
  demandCount('iterations', iterations);
  demandCount('batch size', batchSize);
  demandNotNegative('gradient tolerance', gradientTolerance);
  demandNotNegative('l2', l2);
  if (memory === undefined) return;
  demandCount('memory', memory);
  demand(method === 'lbfgs', 'memory', 'nothing, as it is for method lbfgs alone', memory);
}

export function methodOf({ method, memory }: FullBatchSettings): Method {
  return method === 'cg' ? conjugateGradient() : lbfgs(memory);
}
