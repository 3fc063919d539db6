/** One iteration, as the next ones remember it. */
export interface Step {
  /** x after it - x before it. */
  readonly move: Float64Array;
  /** Gradient after it - gradient before it; its product with `move` is above 0. */
  readonly turn: Float64Array;
}

/**
 * How a minimization goes on from where it is: two pure functions of the iterations that it remembers. Where it remembers none it
 * goes down the gradient.
 */
export interface Method {
  /** Iterations to remember, the last ones; 1 or more. */
  readonly remembers: number;
  /** Curvature condition of the line search: it ends where the slope is at most this share of the first one; 0 to 1. */
  readonly curvature: number;
  /** @param steps at least one, oldest first */
  direction(steps: readonly Step[], gradient: Float64Array): Float64Array;
  /**
   * The length along the direction that is tried first.
   *
   * @param slope of the function along the direction; below 0
   */
  firstLength(last: Step, gradient: Float64Array, slope: number): number;
}
