import {
  isPlain,
  moved,
  type RuleOptions,
  scheduleOf,
  slopesOf,
  zeroSlot,
} from './rule-options.js';
import type { UpdateRule } from './update-rule.js';

export interface AdamOptions extends RuleOptions {
  /** Share of the mean gradient that is kept from step to step: 0 or more, below 1. Default 0.9. */
  readonly beta1?: number | undefined;
  /** Share of the mean squared gradient that is kept: 0 or more, below 1. Default 0.999. */
  readonly beta2?: number | undefined;
  /** Added to the root of the mean square; above 0. Default 1e-8. */
  readonly epsilon?: number | undefined;
}

/**
 * Adam (Kingma and Ba 2015, algorithm 1, with the bias corrections): parameters - learning rate x mean / (sqrt(mean square) +
 * epsilon). The penalty is in the gradient, as it is in their paper; not apart from it, as in AdamW.
 */
export function adam(options: AdamOptions): UpdateRule {
  const { l2 = 0, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const learningRate = scheduleOf(options);
  return {
    name: 'adam',
    init: (parameters) => ({ mean: zeroSlot(parameters), square: zeroSlot(parameters) }),
    update(parameters, gradient, slots, iteration) {
      const moves = slopesOf(parameters, gradient, options);
      const mean = (slots.mean as Float32Array).slice();
      const square = (slots.square as Float32Array).slice();
      const rate = learningRate(iteration) / (1 - beta1 ** (iteration + 1));
      const correction = 1 - beta2 ** (iteration + 1);
      for (let i = 0; i < moves.length; i++) {
        const slope = moves[i] as number;
        mean[i] = beta1 * (mean[i] as number) + (1 - beta1) * slope;
        square[i] = beta2 * (square[i] as number) + (1 - beta2) * slope * slope;
        const root = Math.sqrt((square[i] as number) / correction);
        moves[i] = (-rate * (mean[i] as number)) / (root + epsilon);
      }
      return { parameters: moved(parameters, moves), slots: { mean, square } };
    },
    ...(isPlain(options) && {
      ruleStep: (iteration: number) => ({
        rule: 'adam' as const,
        learningRate: learningRate(iteration),
        l2,
        beta1,
        beta2,
        epsilon,
        iteration,
      }),
    }),
  };
}
