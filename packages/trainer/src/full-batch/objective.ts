export interface ValueAndGradient {
  readonly value: number;
  /** As long as x. */
  readonly gradient: Float64Array;
}

/** A function to be minimized. It must not change or keep `x`, nor later change the gradient that it gave. */
export type Objective = (x: Float64Array) => ValueAndGradient | Promise<ValueAndGradient>;

/** A place where the function is known. */
export interface Point extends ValueAndGradient {
  readonly x: Float64Array;
}
