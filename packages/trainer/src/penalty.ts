/** What is added to the loss so that parameters stay small: l2 / 2 x (sum of their squares). */
export interface Penalty {
  /** 0 or more; default 0. */
  readonly l2?: number | undefined;
  /** Whether the biases are in the sum, too; default: the weights alone. */
  readonly penalizeBias?: boolean | undefined;
}

/**
 * Adds its gradient, l2 x parameters, to `gradient`.
 *
 * @param weights how many of the vector's numbers are weights: the first ones
 * @returns the penalty itself
 */
export function addPenalty(
  gradient: Float64Array,
  vector: ArrayLike<number>,
  weights: number,
  { l2 = 0, penalizeBias = false }: Penalty,
): number {
  const end = penalizeBias ? vector.length : weights;
  let squares = 0;
  for (let i = 0; i < end; i++) {
    const value = vector[i] as number;
    gradient[i] = (gradient[i] as number) + l2 * value;
    squares += value * value;
  }
  return (l2 / 2) * squares;
}
