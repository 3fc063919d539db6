import type { Engine, Parameters, Rows, Split } from '@softreg/backend';
import { addPenalty, type Penalty } from '../penalty.js';
import { BREATH_MS, breath, startTimer } from '../timer.js';
import { parametersOf, vectorOf } from '../vector.js';
import type { Objective } from './objective.js';

/** The loss over `rows`, with its penalty, as a function of weights and bias. The engine's parameters are those asked for last. */
export function lossOnEngine(
  engine: Engine,
  split: Split,
  rows: Rows,
  penalty: Penalty,
): Objective {
  const sinceBreath = startTimer();
  return async (x) => {
    if (sinceBreath.elapsed() > BREATH_MS) {
      await breath();
      sinceBreath.restart();
    }
    const parameters: Parameters = parametersOf(x, split);
    await engine.writeParameters(parameters);
    const { loss, gradient } = await engine.lossAndGradient(split, rows);
    const slopes = vectorOf(gradient);
    return {
      value: loss + addPenalty(slopes, x, parameters.weights.length, penalty),
      gradient: slopes,
    };
  };
}
