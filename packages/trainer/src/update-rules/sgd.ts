import type { SgdStep } from '@softreg/backend';
import type { UpdateRule } from './update-rule.js';

/** Stochastic gradient descent: parameters - learning rate x (gradient + l2 x weights). */
export function sgd({ learningRate, l2 = 0 }: SgdStep): UpdateRule {
  return {
    name: 'sgd',
    init: () => ({}),
    update: (parameters, gradient, slots) => ({
      parameters: {
        ...parameters,
        weights: parameters.weights.map(
          (weight, i) => weight - learningRate * ((gradient.weights[i] as number) + l2 * weight),
        ),
        bias: parameters.bias.map((bias, k) => bias - learningRate * (gradient.bias[k] as number)),
      },
      slots,
    }),
    engineStep: { learningRate, l2 },
  };
}
