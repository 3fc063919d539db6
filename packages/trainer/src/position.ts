/** A place in a run: the minibatch that was just trained on. */
export interface Position {
  /** From 1. */
  readonly epoch: number;
  /** From 1. */
  readonly minibatch: number;
}

/** @param iteration minibatches before this one, over all epochs */
export function positionOf(iteration: number, minibatches: number): Position {
  return {
    epoch: Math.floor(iteration / minibatches) + 1,
    minibatch: (iteration % minibatches) + 1,
  };
}

/** The last of so many minibatches; the first of the run as long as there were none. */
export function lastOf(iterations: number, minibatches: number): Position {
  return positionOf(Math.max(0, iterations - 1), minibatches);
}
