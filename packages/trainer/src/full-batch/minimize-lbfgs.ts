import type { Method, Step } from './method.js';
import { dot, plus, scaled } from './vectors.js';

/**
 * L-BFGS: Newton's direction, with an inverse Hessian that is made of the last steps by two loops (Nocedal 1980; Nocedal and Wright,
 * Numerical Optimization, 2nd edition, algorithm 7.4, with the scale of 7.20).
 *
 * @param remembers iterations; 1 or more
 */
export function lbfgs(remembers = 10): Method {
  return {
    remembers,
    curvature: 0.8,
    direction(steps, gradient) {
      const last = steps.at(-1) as Step;
      let direction = scaled(-1, gradient);
      const shares: number[] = [];
      for (const { move, turn } of steps.toReversed()) {
        const share = dot(move, direction) / dot(move, turn);
        direction = plus(direction, -share, turn);
        shares.push(share);
      }
      direction = scaled(dot(last.move, last.turn) / dot(last.turn, last.turn), direction);
      for (const { move, turn } of steps) {
        const share = shares.pop() as number;
        direction = plus(direction, share - dot(turn, direction) / dot(move, turn), move);
      }
      return direction;
    },
    /** Newton's own. */
    firstLength: () => 1,
  };
}
