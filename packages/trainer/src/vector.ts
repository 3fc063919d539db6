import type { Parameters } from '@softreg/backend';

/** The weights, then the bias, as one vector in float64: features x classes + classes numbers. */
export function vectorOf({ weights, bias }: Parameters): Float64Array {
  const vector = new Float64Array(weights.length + bias.length);
  vector.set(weights);
  vector.set(bias, weights.length);
  return vector;
}

/** Parameters of that shape from what {@link vectorOf} gives, rounded to float32. */
export function parametersOf(
  vector: Float64Array,
  { features, classes }: Pick<Parameters, 'features' | 'classes'>,
): Parameters {
  const rounded = new Float32Array(vector);
  const split = features * classes;
  return { features, classes, weights: rounded.slice(0, split), bias: rounded.slice(split) };
}
