import type { UpdateRule } from '../src/index.js';

/** Heavy-ball momentum: velocity = 0.9 velocity + gradient; parameters - 0.05 velocity. Weights first, bias at the end. */
export const momentum: UpdateRule = {
  name: 'momentum',
  init: ({ weights, bias }) => ({ velocity: new Float32Array(weights.length + bias.length) }),
  update: (parameters, gradient, { velocity = new Float32Array() }) => {
    const slopes = [...gradient.weights, ...gradient.bias];
    const next = velocity.map((value, i) => 0.9 * value + (slopes[i] as number));
    const moved = (values: Float32Array, offset: number) =>
      values.map((value, i) => value - 0.05 * (next[offset + i] as number));
    return {
      parameters: {
        ...parameters,
        weights: moved(parameters.weights, 0),
        bias: moved(parameters.bias, parameters.weights.length),
      },
      slots: { velocity: next },
    };
  },
};
