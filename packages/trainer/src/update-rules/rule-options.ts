import type { Parameters } from '@softreg/backend';
import { addPenalty, type Penalty } from '../penalty.js';
import { parametersOf, vectorOf } from '../vector.js';
import { clipByNorm } from './clip-by-norm.js';
import { constant, type Schedule } from './schedules.js';

/** What all rules take. */
export interface RuleOptions extends Penalty {
  /** Above 0; a schedule may come down to 0. */
  readonly learningRate: number | Schedule;
  /** The Euclidean norm that the gradient, penalty and all, is clipped to; above 0. Default: as it is. */
  readonly clipNorm?: number | undefined;
}

export function scheduleOf({ learningRate }: RuleOptions): Schedule {
  return typeof learningRate === 'number' ? constant(learningRate) : learningRate;
}

/** The gradient that a rule follows: of loss and penalty together, clipped. Weights first, then the bias. */
export function slopesOf(
  parameters: Parameters,
  gradient: Parameters,
  options: RuleOptions,
): Float64Array {
  const slopes = vectorOf(gradient);
  addPenalty(slopes, vectorOf(parameters), parameters.weights.length, options);
  return options.clipNorm === undefined ? slopes : clipByNorm(slopes, options.clipNorm);
}

/** The parameters after each has moved by what `moveOf` says. */
export function moved(parameters: Parameters, moveOf: (index: number) => number): Parameters {
  return parametersOf(
    vectorOf(parameters).map((value, i) => value + moveOf(i)),
    parameters,
  );
}

/** A slot of zeros: one number for each weight, then one for each bias. */
export function zeroSlot({ weights, bias }: Parameters): Float32Array {
  return new Float32Array(weights.length + bias.length);
}
