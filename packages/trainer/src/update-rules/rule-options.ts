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

/** Whether loss and gradient of an engine are all that the rule needs: no norm is taken, no bias penalized. */
export function isPlain({ l2 = 0, penalizeBias = false, clipNorm }: RuleOptions): boolean {
  return clipNorm === undefined && !(penalizeBias && l2 > 0);
}

/** The parameters after each has moved. @param moves as long as `vectorOf` makes it */
export function moved(parameters: Parameters, moves: Float64Array): Parameters {
  const vector = vectorOf(parameters);
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) + (moves[i] as number);
  return parametersOf(vector, parameters);
}

/** A slot of zeros: one number for each weight, then one for each bias. */
export function zeroSlot({ weights, bias }: Parameters): Float32Array {
  return new Float32Array(weights.length + bias.length);
}
