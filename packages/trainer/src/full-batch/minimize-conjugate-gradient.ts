import type { Method, Step } from './method.js';
import { dot, minus, plus, scaled } from './vectors.js';

/** Of Dai and Liao's share: what they computed with. */
const T = 0.1;

/**
 * Nonlinear conjugate gradient: down the gradient, and on along the last direction by Hestenes and Stiefel's share (Nocedal and
 * Wright, Numerical Optimization, 2nd edition, 5.46) with Dai and Liao's term for line searches that are not exact (2001, New
 * conjugacy conditions and related nonlinear conjugate gradient methods), held at 0 or more.
 */
export function conjugateGradient(): Method {
  return {
    remembers: 1,
    // Looser searches spare evaluations, but then the last bits of a gradient decide where a run is after 50 iterations.
    curvature: 0.2,
    direction(steps, gradient) {
      // The length of the last step is in both of its halves, so it is of no account here.
      const { move, turn } = steps.at(-1) as Step;
      const share = dot(gradient, plus(turn, -T, move)) / dot(move, turn);
      return plus(scaled(-1, gradient), Math.max(0, share), move);
    },
    /** As if the function were to fall as steeply, over all of it, as in the last step (Nocedal and Wright, page 59). */
    firstLength: ({ move, turn }, gradient, slope) => dot(move, minus(gradient, turn)) / slope,
  };
}
