import { moved, type RuleOptions, scheduleOf, slopesOf, zeroSlot } from './rule-options.js';
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
  return withVelocity('momentum', options, (velocity) => velocity);
}

/**
 * Nesterov's momentum, whose gradient is taken where the velocity leads (Sutskever et al. 2013, equations 3 and 4). The parameters
 * are those at that place, parameters + momentum x velocity in their terms: so each step needs one gradient, at the parameters
 * (Bengio et al. 2013, equation 7).
 */
export function nesterov(options: MomentumOptions): UpdateRule {
  const { momentum: kept = DEFAULT_MOMENTUM } = options;
  return withVelocity('nesterov', options, (velocity, push) => kept * velocity + push);
}

const DEFAULT_MOMENTUM = 0.9;

/** @param moveOf the move of a parameter, given its new velocity and what the gradient adds to it */
function withVelocity(
  name: string,
  options: MomentumOptions,
  moveOf: (velocity: number, push: number) => number,
): UpdateRule {
  const { momentum: kept = DEFAULT_MOMENTUM } = options;
  const learningRate = scheduleOf(options);
  return {
    name,
    init: (parameters) => ({ velocity: zeroSlot(parameters) }),
    update(parameters, gradient, slots, iteration) {
      const rate = learningRate(iteration);
      const pushes = slopesOf(parameters, gradient, options).map((slope) => -rate * slope);
      const before = slots.velocity as Float32Array;
      const velocity = before.map((value, i) => kept * value + (pushes[i] as number));
      const move = (i: number) => moveOf(velocity[i] as number, pushes[i] as number);
      return { parameters: moved(parameters, move), slots: { velocity } };
    },
  };
}
