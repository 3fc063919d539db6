import {
  isPlain,
  moved,
  type RuleOptions,
  scheduleOf,
  slopesOf,
  zeroSlot,
} from './rule-options.js';
import type { UpdateRule } from './update-rule.js';

export interface MomentumOptions extends RuleOptions {
  /** Share of the velocity that is kept from step to step: 0 or more, below 1. Default 0.9. */
  readonly momentum?: number | undefined;
}

/**
 * Classical momentum (Polyak 1964, as Sutskever et al. 2013 write it): velocity = momentum x velocity - learning rate x gradient;
 * parameters + velocity.
 */
export function momentum(options: MomentumOptions): UpdateRule {
  return withVelocity('momentum', options, false);
}

/**
 * Nesterov's momentum, whose gradient is taken where the velocity leads (Sutskever et al. 2013, equations 3 and 4). The parameters
 * are those at that place, parameters + momentum x velocity in their terms: so each step needs one gradient, at the parameters
 * (Bengio et al. 2013, equation 7).
 */
export function nesterov(options: MomentumOptions): UpdateRule {
  return withVelocity('nesterov', options, true);
}

function withVelocity(name: string, options: MomentumOptions, isNesterov: boolean): UpdateRule {
  const { l2 = 0, momentum: kept = 0.9 } = options;
  const learningRate = scheduleOf(options);
  return {
    name,
    init: (parameters) => ({ velocity: zeroSlot(parameters) }),
    update(parameters, gradient, slots, iteration) {
      const rate = learningRate(iteration);
      const moves = slopesOf(parameters, gradient, options);
      const velocity = (slots.velocity as Float32Array).slice();
      for (let i = 0; i < moves.length; i++) {
        const push = -rate * (moves[i] as number);
        velocity[i] = kept * (velocity[i] as number) + push;
        const now = velocity[i] as number;
        moves[i] = isNesterov ? kept * now + push : now;
      }
      return { parameters: moved(parameters, moves), slots: { velocity } };
    },
    ...(isPlain(options) && {
      ruleStep: (iteration: number) => ({
        rule: 'momentum' as const,
        learningRate: learningRate(iteration),
        l2,
        momentum: kept,
        nesterov: isNesterov,
      }),
    }),
  };
}
