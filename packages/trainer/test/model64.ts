import type { Examples, Parameters } from '@softreg/backend';

/**
 * Loss and gradient of a softmax regression, written out in float64 with nothing of the packages in it.
 *
 * @param theta the weights, then the biases
 */
export function model64(
  theta: readonly number[],
  { values, scale, labels, features, classes }: Examples,
  start: number,
  end: number,
): { loss: number; gradient: number[] } {
  const gradient = theta.map(() => 0);
  let loss = 0;
  for (let row = start; row < end; row++) {
    const x = Array.from(values.slice(row * features, (row + 1) * features), (v) => v / scale);
    x.push(1);
    const scores = Array.from({ length: classes }, (_, k) =>
      x.reduce((sum, value, j) => sum + value * (theta[j * classes + k] as number), 0),
    );
    const top = Math.max(...scores);
    const sum = scores.reduce((total, score) => total + Math.exp(score - top), 0);
    scores.forEach((score, k) => {
      const isLabel = k === labels[row];
      const log = score - top - Math.log(sum);
      if (isLabel) loss -= log / (end - start);
      const residual = (Math.exp(log) - (isLabel ? 1 : 0)) / (end - start);
      x.forEach((value, j) => {
        gradient[j * classes + k] = (gradient[j * classes + k] as number) + residual * value;
      });
    });
  }
  return { loss, gradient };
}

export function thetaOf({ weights, bias }: Parameters): number[] {
  return [...weights, ...bias];
}

export function farthest(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Number.NaN;
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))));
}
