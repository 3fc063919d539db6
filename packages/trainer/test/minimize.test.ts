import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  conjugateGradient,
  lbfgs,
  type Method,
  type Minimization,
  type MinimizationEnd,
  type MinimizeOptions,
  minimize,
  type Objective,
  type ValueAndGradient,
} from '../src/index.js';

const METHODS: [name: string, method: Method][] = [
  ['conjugate gradient', conjugateGradient()],
  ['L-BFGS', lbfgs()],
  ['L-BFGS that remembers 3', lbfgs(3)],
];

async function minimized(
  objective: Objective,
  start: Float64Array | Minimization,
  options: Partial<MinimizeOptions> & Pick<MinimizeOptions, 'method'>,
): Promise<{ states: Minimization[]; last: Minimization; end: MinimizationEnd }> {
  const states: Minimization[] = [];
  const all = { iterations: 1000, gradientTolerance: 1e-8, ...options };
  const generator = minimize(objective, start, all);
  while (true) {
    const { done, value } = await generator.next();
    if (done) return { states, last: states.at(-1) as Minimization, end: value };
    states.push(value);
  }
}

/** 100 (y - x^2)^2 + (1 - x)^2, whose minimum is 0 at (1, 1), along a bent valley. */
const rosenbrock: Objective = (at) => {
  const [x, y] = at as unknown as [number, number];
  return {
    value: 100 * (y - x * x) ** 2 + (1 - x) ** 2,
    gradient: Float64Array.of(-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)),
  };
};

/** sum of c_i (x_i - i)^2 / 2, whose minimum is 0 at (0, 1, 2, ...). */
function quadratic(curvatures: readonly number[]) {
  return (x: Float64Array): ValueAndGradient => ({
    value: x.reduce((sum, value, i) => sum + ((curvatures[i] as number) * (value - i) ** 2) / 2, 0),
    gradient: x.map((value, i) => (curvatures[i] as number) * (value - i)),
  });
}

const sum = (a: Float64Array, b: Float64Array) =>
  a.reduce((total, value, i) => total + value * (b[i] as number), 0);
const away = (x: Float64Array) => Math.max(...x.map((value, i) => Math.abs(value - i)));

describe.each(METHODS)('%s', (_, method) => {
  test.each([
    [-1.2, 1],
    [0, 0],
    [-3, -4],
  ])('finds the end of Rosenbrock’s valley from (%d, %d)', async (x, y) => {
    const { last, end } = await minimized(rosenbrock, Float64Array.of(x, y), { method });
    expect(end).toBe('converged');
    expect(Math.abs((last.point.x[0] as number) - 1)).toBeLessThan(1e-6);
    expect(Math.abs((last.point.x[1] as number) - 1)).toBeLessThan(1e-6);
    expect(last.evaluations).toBeLessThan(160);
  });

  test('finds the minimum of a quadratic', async () => {
    const { last, end } = await minimized(quadratic([1, 2, 3, 4, 5]), new Float64Array(5).fill(7), {
      method,
    });
    expect(end).toBe('converged');
    expect(away(last.point.x)).toBeLessThan(1e-7);
    expect(last.iterations).toBeLessThan(25);
  });

  test('and of one that is badly scaled', async () => {
    // By a million, where there is room to remember that; else by ten thousand.
    const decades = method.remembers === 10 ? 6 : 4;
    const curvatures = Array.from({ length: 10 }, (_, i) => 10 ** (decades * (i / 9 - 0.5)));
    const start = Float64Array.from({ length: 10 }, (_, i) => i + 1);
    const { last, end } = await minimized(quadratic(curvatures), start, { method });
    expect(end).toBe('converged');
    expect(away(last.point.x)).toBeLessThan(1e-4);
  });

  test('of any quadratic', async () => {
    const problems = fc.record({
      powers: fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 6 }),
      first: fc.double({ min: -100, max: 100, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(problems, async ({ powers, first }) => {
        const objective = quadratic(powers.map((power) => 10 ** power));
        const start = new Float64Array(powers.length).fill(first);
        const { last, end } = await minimized(objective, start, { method });
        expect(end).toBe('converged');
        expect(away(last.point.x)).toBeLessThan(1e-5);
      }),
    );
  });

  test('each step meets the strong Wolfe conditions', async () => {
    const { states } = await minimized(rosenbrock, Float64Array.of(-1.2, 1), {
      method,
      rounding: 0,
    });
    expect(states.length).toBeGreaterThan(10);
    states.slice(1).forEach(({ point, iterations, evaluations }, i) => {
      const before = states[i] as Minimization;
      const move = point.x.map((value, k) => value - (before.point.x[k] as number));
      const [from, to] = [sum(before.point.gradient, move), sum(point.gradient, move)];
      expect(from).toBeLessThan(0);
      expect(point.value).toBeLessThanOrEqual(before.point.value + 1e-4 * from);
      expect(Math.abs(to)).toBeLessThanOrEqual(method.curvature * -from * (1 + 1e-9));
      expect(iterations).toBe(i + 1);
      expect(evaluations).toBeGreaterThan(before.evaluations);
    });
  });

  test('goes on from any state to the bit, and changes none', async () => {
    const { states, end } = await minimized(rosenbrock, Float64Array.of(-1.2, 1), { method });
    const copies = structuredClone(states);
    for (const [i, copy] of copies.entries()) {
      const rest = await minimized(rosenbrock, structuredClone(copy), { method });
      expect(rest.states).toEqual(states.slice(i));
      expect(rest.end).toBe(end);
    }
    expect(states).toEqual(copies);
  });

  test('counts each evaluation', async () => {
    let calls = 0;
    const counting: Objective = (x) => {
      calls += 1;
      return rosenbrock(x);
    };
    const { last } = await minimized(counting, Float64Array.of(-1.2, 1), { method });
    expect(last.evaluations).toBe(calls);
  });

  test('stops after as many iterations as it may', async () => {
    const start = Float64Array.of(-1.2, 1);
    const { last, end } = await minimized(rosenbrock, start, { method, iterations: 3 });
    expect([end, last.iterations]).toEqual(['iterations', 3]);
    const more = await minimized(rosenbrock, last, { method, iterations: 5 });
    expect([more.end, more.last.iterations]).toEqual(['iterations', 5]);
  });

  test('has nothing to do at a minimum', async () => {
    const { states, end } = await minimized(rosenbrock, Float64Array.of(1, 1), { method });
    expect([end, states.length, states[0]?.evaluations]).toEqual(['converged', 1, 1]);
  });

  test('keeps away from where the function is not finite', async () => {
    // x - log x, from where the first tries lead below 0.
    const barrier: Objective = ([x = 0]) => ({
      value: x - Math.log(x),
      gradient: Float64Array.of(1 - 1 / x),
    });
    for (const start of [1e-3, 0.5, 30]) {
      const { last, end } = await minimized(barrier, Float64Array.of(start), { method });
      expect(end).toBe('converged');
      expect(last.point.x[0]).toBeCloseTo(1, 6);
    }
  });

  test('goes no further than where it was too far', async () => {
    const tried: number[] = [];
    // Down to a wall at 0.9, with no minimum before it.
    const cliff: Objective = ([x = 0]) => {
      tried.push(x);
      return { value: x < 0.9 ? -x : Number.NaN, gradient: Float64Array.of(-1) };
    };
    const { last } = await minimized(cliff, Float64Array.of(0), { method, iterations: 1 });
    expect(last.point.x[0]).toBeGreaterThan(0.85);
    expect(last.point.x[0]).toBeLessThan(0.9);
    const walls = tried.filter((x) => x >= 0.9);
    expect(walls.length).toBeGreaterThan(1);
    expect(walls).toEqual([...new Set(walls)].sort((a, b) => b - a));
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('diverged where it begins at %d', async (v) => {
    const value: Objective = (x) => ({ value: v, gradient: x });
    const gradient: Objective = (x) => ({ value: 1, gradient: x.map(() => v) });
    for (const objective of [value, gradient]) {
      const { states, end } = await minimized(objective, Float64Array.of(1, 2), { method });
      expect([end, states.length]).toEqual(['diverged', 1]);
    }
  });

  test('gives up where a function falls without end, or its gradient is wrong', async () => {
    const wrong: Objective = (x) => ({ value: sum(x, x), gradient: x.map((v) => -2 * v) });
    const { last, end } = await minimized(wrong, Float64Array.of(1, 2), { method });
    expect([end, last.iterations]).toEqual(['line-search', 0]);
  });

  test('stops when it is aborted, at the last whole iteration', async () => {
    const whole = await minimized(rosenbrock, Float64Array.of(-1.2, 1), { method });
    for (const at of [1, 2, 10, 30]) {
      const controller = new AbortController();
      let calls = 0;
      const objective: Objective = (x) => {
        calls += 1;
        if (calls === at) controller.abort();
        return rosenbrock(x);
      };
      const { signal } = controller;
      const found = await minimized(objective, Float64Array.of(-1.2, 1), { method, signal });
      expect(found.end).toBe('aborted');
      expect(calls).toBe(at);
      expect(found.states).toEqual(whole.states.filter(({ evaluations }) => evaluations <= at));
    }
  });

  test('throws what the objective throws', async () => {
    const controller = new AbortController();
    const objective: Objective = (x) => {
      if (x[0] === -1.2) return rosenbrock(x);
      controller.abort();
      throw new Error('lost');
    };
    const { signal } = controller;
    const run = minimized(objective, Float64Array.of(-1.2, 1), { method, signal });
    await expect(run).rejects.toThrow('lost');
  });

  test('comes as near as rounding lets it, and is not stopped by it on the way', async () => {
    // As engines do: parameters and gradients in float32, and sums that are rounded in the last digits of a value that is never near 0.
    const rounded: Objective = (x) => {
      const at = Float64Array.from(x, Math.fround);
      const { value, gradient } = quadratic([1, 3, 10, 30, 100])(at);
      const ripple = 1e-5 * Math.sin(1e7 * sum(at, at));
      return { value: value + 50 + ripple, gradient: gradient.map(Math.fround) };
    };
    const start = new Float64Array(5).fill(7);
    const found = await minimized(rounded, start, { method, gradientTolerance: 1e-5 });
    expect(found.end).toBe('converged');
    expect(away(found.last.point.x)).toBeLessThan(1e-5);
    // Who takes that ripple for slopes is lost in it.
    const strict = await minimized(rounded, start, {
      method,
      gradientTolerance: 1e-5,
      rounding: 0,
    });
    expect(strict.end).not.toBe('converged');
  });
});

test('conjugate gradient needs as many iterations as a quadratic has curvatures, and few more', async () => {
  const curvatures = Array.from({ length: 60 }, (_, i) => [1, 10, 100][i % 3] as number);
  const method = conjugateGradient();
  const { last, end } = await minimized(
    quadratic(curvatures),
    Float64Array.from({ length: 60 }, (_, i) => i + Math.cos(i)),
    { method: { ...method, curvature: 1e-6 }, gradientTolerance: 1e-6 },
  );
  expect(end).toBe('converged');
  expect(last.iterations).toBeLessThanOrEqual(4);
});

test('L-BFGS knows the last steps alone', async () => {
  const steps = async (remembers: number) => {
    const method = lbfgs(remembers);
    const { states } = await minimized(rosenbrock, Float64Array.of(-1.2, 1), { method });
    return states.map((state) => state.steps.length);
  };
  expect(Math.max(...(await steps(1)))).toBe(1);
  expect(Math.max(...(await steps(5)))).toBe(5);
  expect((await steps(10)).slice(0, 12)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10]);
});
