import type { Examples } from '../examples.js';

/** Parameters in float64, laid out as {@link Parameters}. */
export interface Parameters64 {
  readonly features: number;
  readonly classes: number;
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** The scores xW + b of example `row`, one a class. */
export function scoresOf(parameters: Parameters64, examples: Examples, row: number): Float64Array {
  const { features, classes, weights, bias } = parameters;
  const scores = Float64Array.from(bias);
  for (let feature = 0; feature < features; feature++) {
    const value = (examples.values[row * features + feature] as number) / examples.scale;
    if (value === 0) continue;
    for (let k = 0; k < classes; k++) {
      scores[k] = (scores[k] as number) + value * (weights[feature * classes + k] as number);
    }
  }
  return scores;
}

/** log(sum of exp(scores)), taken out of reach of overflow by the largest score. */
export function logSumExp(scores: Float64Array): number {
  const largest = scores.reduce((max, score) => Math.max(max, score), Number.NEGATIVE_INFINITY);
  return largest + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - largest), 0));
}

export function softmax(scores: Float64Array): Float64Array {
  const normalizer = logSumExp(scores);
  return scores.map((score) => Math.exp(score - normalizer));
}

/** The first class of largest score. */
export function argMax(scores: Float64Array): number {
  return scores.reduce((best, score, k) => (score > (scores[best] as number) ? k : best), 0);
}

/** Mean negative log-likelihood over the rows and its gradient, in float64. */
export function lossAndGradient64(
  parameters: Parameters64,
  examples: Examples,
  rows: readonly number[],
): { loss: number; gradient: Parameters64 } {
  const { features, classes } = parameters;
  const weights = new Float64Array(features * classes);
  const bias = new Float64Array(classes);
  let loss = 0;
  for (const row of rows) {
    const scores = scoresOf(parameters, examples, row);
    const label = examples.labels[row] as number;
    loss += (logSumExp(scores) - (scores[label] as number)) / rows.length;
    const residual = softmax(scores);
    residual[label] = (residual[label] as number) - 1;
    for (let k = 0; k < classes; k++) {
      bias[k] = (bias[k] as number) + (residual[k] as number) / rows.length;
    }
    for (let feature = 0; feature < features; feature++) {
      const value = (examples.values[row * features + feature] as number) / examples.scale;
      if (value === 0) continue;
      for (let k = 0; k < classes; k++) {
        const at = feature * classes + k;
        weights[at] = (weights[at] as number) + (value * (residual[k] as number)) / rows.length;
      }
    }
  }
  return { loss, gradient: { features, classes, weights, bias } };
}
