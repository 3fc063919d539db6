/** The learning rate of each step: a pure function of the number of steps before it, over all epochs. */
export type Schedule = (iteration: number) => number;

/** The same for every step. */
export function constant(learningRate: number): Schedule {
  return () => learningRate;
}

/**
 * learningRate x factor^floor(t / every).
 *
 * @param every iterations, a whole number of 1 or more
 * @param factor above 0, at most 1
 */
export function stepDecay(learningRate: number, every: number, factor: number): Schedule {
  return (iteration) => learningRate * factor ** Math.floor(iteration / every);
}

/**
 * Half a cosine from `learningRate` down to `final`, and `final` from then on (Loshchilov and Hutter 2017, equation 5, without its
 * restarts).
 *
 * @param over iterations, a whole number of 1 or more
 * @param final 0 to `learningRate`
 */
export function cosineDecay(learningRate: number, over: number, final: number): Schedule {
  return (iteration) => {
    const share = Math.min(1, iteration / over);
    return final + ((learningRate - final) * (1 + Math.cos(Math.PI * share))) / 2;
  };
}

/**
 * learningRate / (1 + t / half): 1/t in the long run (Robbins and Monro 1951 ask for such).
 *
 * @param half iterations after which it has fallen to one half, a whole number of 1 or more
 */
export function inverseTimeDecay(learningRate: number, half: number): Schedule {
  return (iteration) => learningRate / (1 + iteration / half);
}
