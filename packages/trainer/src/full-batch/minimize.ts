import { areFinite } from '@softreg/model';
import { lineSearch } from './line-search.js';
import type { Method, Step } from './method.js';
import type { Objective, Point } from './objective.js';
import { dot, minus, norm, plus, scaled } from './vectors.js';

/** A minimization between two iterations: a plain value, and all there is to it. Nothing of it is changed later. */
export interface Minimization {
  readonly point: Point;
  /** Those that the method remembers, oldest first. */
  readonly steps: readonly Step[];
  readonly iterations: number;
  /** Of the objective: value and gradient together count as one. */
  readonly evaluations: number;
}

/**
 * Why a minimization ended:
 * - `converged`: the gradient's norm is at most the tolerance;
 * - `iterations`: it has had as many as it may;
 * - `line-search`: there is nothing lower to be found, neither in the method's direction nor down the gradient. Near the minimum that
 *   is rounding: the tolerance asks for more than the objective can tell;
 * - `aborted`: its signal said so, and an iteration that was under way is dropped;
 * - `diverged`: the value or the gradient at the start is NaN or infinite.
 */
export type MinimizationEnd = (typeof MINIMIZATION_ENDS)[number];

export const MINIMIZATION_ENDS = [
  'converged',
  'iterations',
  'line-search',
  'aborted',
  'diverged',
] as const;

export interface MinimizeOptions {
  readonly method: Method;
  /** At most so many in all, those of a state to go on from included. */
  readonly iterations: number;
  /** It has converged where the gradient's Euclidean norm is at most this; 0 or more. */
  readonly gradientTolerance: number;
  /** Differences of the function up to this share of it are taken for rounding. Default 1e-6, Hager and Zhang's (2005). */
  readonly rounding?: number;
  readonly signal?: AbortSignal | undefined;
}

/** c1 of the Wolfe conditions, as usual. */
const DECREASE = 1e-4;
const PLACES_A_LINE = 20;

/**
 * Minimizes a function of many variables. Gives the state at the start and after each iteration; to go on from one gives, to the bit, what
 * would have come after it.
 *
 * @param start x, or a state to go on from
 */
export async function* minimize(
  objective: Objective,
  start: Float64Array | Minimization,
  options: MinimizeOptions,
): AsyncGenerator<Minimization, MinimizationEnd, void> {
  const { iterations, gradientTolerance, signal } = options;
  let state = start instanceof Float64Array ? await begin(objective, start) : start;
  yield state;
  while (true) {
    if (!isFinitePoint(state.point)) return 'diverged';
    if (norm(state.point.gradient) <= gradientTolerance) return 'converged';
    if (state.iterations >= iterations) return 'iterations';
    try {
      const next = await iterate(objective, state, options);
      if (next === undefined) return 'line-search';
      state = next;
    } catch (error) {
      if (signal?.aborted && error === signal.reason) return 'aborted';
      throw error;
    }
    yield state;
  }
}

async function begin(objective: Objective, x: Float64Array): Promise<Minimization> {
  const { value, gradient } = await objective(x);
  return { point: { x, value, gradient }, steps: [], iterations: 0, evaluations: 1 };
}

/** In the method's direction; where that leads nowhere, down the gradient, with nothing remembered. */
async function iterate(
  objective: Objective,
  { point, steps, iterations, evaluations }: Minimization,
  options: MinimizeOptions,
): Promise<Minimization | undefined> {
  const { method, signal } = options;
  let counted = evaluations;
  const evaluate: Objective = (x) => {
    signal?.throwIfAborted();
    counted += 1;
    return objective(x);
  };
  const last = steps.at(-1);
  const directed = last && method.direction(steps, point.gradient);
  const down = scaled(-1, point.gradient);
  for (const direction of directed ? [directed, down] : [down]) {
    const slope = dot(direction, point.gradient);
    if (!(slope < 0)) continue;
    const first =
      direction === down
        ? (last ? norm(last.move) : 1) / norm(down)
        : method.firstLength(last as Step, point.gradient, slope);
    const to = await search(evaluate, point, direction, slope, first, options);
    if (to === undefined) continue;
    const step = { move: minus(to.x, point.x), turn: minus(to.gradient, point.gradient) };
    const remembered = [...(direction === down ? [] : steps), step].filter(isCurved);
    return {
      point: to,
      steps: remembered.slice(-method.remembers),
      iterations: iterations + 1,
      evaluations: counted,
    };
  }
  return undefined;
}

async function search(
  objective: Objective,
  from: Point,
  direction: Float64Array,
  slope: number,
  first: number,
  { method, rounding = 1e-6 }: MinimizeOptions,
): Promise<Point | undefined> {
  const at = async (length: number) => {
    const x = plus(from.x, length, direction);
    const { value, gradient } = await objective(x);
    return { length, value, slope: dot(gradient, direction), point: { x, value, gradient } };
  };
  const origin = { length: 0, value: from.value, slope };
  const place = await lineSearch(at, origin, {
    first,
    decrease: DECREASE,
    curvature: method.curvature,
    noise: rounding * Math.abs(from.value),
    places: PLACES_A_LINE,
  });
  return place?.point;
}

/** Else it tells no curvature, and no method can make use of it: rounding, or a line search that was cut short. */
function isCurved({ move, turn }: Step): boolean {
  return dot(move, turn) > 0;
}

function isFinitePoint({ value, gradient }: Point): boolean {
  return Number.isFinite(value) && areFinite(gradient);
}
