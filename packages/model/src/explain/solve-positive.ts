/**
 * Solves Ax = b by Cholesky's decomposition.
 *
 * @param matrix symmetric and positive definite, by rows; small
 */
export function solvePositive(
  matrix: readonly (readonly number[])[],
  right: readonly number[],
): number[] {
  const size = right.length;
  const lower: number[][] = matrix.map((row) => [...row]);
  const entry = (row: number, column: number) => (lower[row] as number[])[column] as number;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let value = entry(row, column);
      for (let k = 0; k < column; k++) value -= entry(row, k) * entry(column, k);
      (lower[row] as number[])[column] =
        row === column ? Math.sqrt(value) : value / entry(column, column);
    }
  }
  const x = [...right];
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < row; k++) x[row] = (x[row] as number) - entry(row, k) * (x[k] as number);
    x[row] = (x[row] as number) / entry(row, row);
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let k = row + 1; k < size; k++) {
      x[row] = (x[row] as number) - entry(k, row) * (x[k] as number);
    }
    x[row] = (x[row] as number) / entry(row, row);
  }
  return x;
}
