import { isPlain, moved, type RuleOptions, scheduleOf, slopesOf } from './rule-options.js';
import type { UpdateRule } from './update-rule.js';

/**
 * Stochastic gradient descent: parameters - learning rate x gradient. An engine can take that step itself, unless the gradient is
 * clipped or the biases are penalized.
 */
export function sgd(options: RuleOptions): UpdateRule {
  const { l2 = 0 } = options;
  const learningRate = scheduleOf(options);
  return {
    name: 'sgd',
    init: () => ({}),
    update(parameters, gradient, slots, iteration) {
      const rate = learningRate(iteration);
      const moves = slopesOf(parameters, gradient, options);
      for (let i = 0; i < moves.length; i++) moves[i] = -rate * (moves[i] as number);
      return { parameters: moved(parameters, moves), slots };
    },
    ...(isPlain(options) && {
      engineStep: (iteration: number) => ({ learningRate: learningRate(iteration), l2 }),
    }),
  };
}
