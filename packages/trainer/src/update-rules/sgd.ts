import { moved, type RuleOptions, scheduleOf, slopesOf } from './rule-options.js';
import type { UpdateRule } from './update-rule.js';

/**
 * Stochastic gradient descent: parameters - learning rate x gradient. An engine can take that step itself, unless the gradient is
 * clipped or the biases are penalized.
 */
export function sgd(options: RuleOptions): UpdateRule {
  const { l2 = 0, penalizeBias = false, clipNorm } = options;
  const learningRate = scheduleOf(options);
  const isPlain = clipNorm === undefined && !(penalizeBias && l2 > 0);
  return {
    name: 'sgd',
    init: () => ({}),
    update(parameters, gradient, slots, iteration) {
      const rate = learningRate(iteration);
      const slopes = slopesOf(parameters, gradient, options);
      return { parameters: moved(parameters, (i) => -rate * (slopes[i] as number)), slots };
    },
    ...(isPlain && {
      engineStep: (iteration: number) => ({ learningRate: learningRate(iteration), l2 }),
    }),
  };
}
