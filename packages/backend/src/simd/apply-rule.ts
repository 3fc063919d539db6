import type { AdamStep, MomentumStep } from '../engine.js';
import type { Kernel } from './kernel.js';
import { type PaddedParameters, paddedLength } from './padded-parameters.js';

/** Slots that a rule has. */
export const SLOTS_OF_RULE = { momentum: 1, adam: 2 } as const;

/** Moves `parameters` and writes `slots`, as many as the rule has. */
export function applyRule(
  kernel: Kernel,
  update: MomentumStep | AdamStep,
  parameters: PaddedParameters,
  gradient: PaddedParameters,
  slots: readonly PaddedParameters[],
): void {
  const { learningRate, l2 = 0 } = update;
  const rows = parameters.features + 1;
  const rowBytes = 4 * paddedLength(parameters.classes);
  const [first, second] = slots.map(({ at }) => at) as [number, number];
  if (update.rule === 'momentum') {
    const { momentum, nesterov = false } = update;
    kernel.momentum(
      parameters.at,
      gradient.at,
      first,
      rows,
      rowBytes,
      learningRate,
      l2,
      momentum,
      nesterov,
    );
    return;
  }
  const { beta1, beta2, epsilon, iteration } = update;
  kernel.adam(
    parameters.at,
    gradient.at,
    first,
    second,
    rows,
    rowBytes,
    learningRate / (1 - beta1 ** (iteration + 1)),
    l2,
    beta1,
    1 - beta1,
    beta2,
    1 - beta2,
    1 / (1 - beta2 ** (iteration + 1)),
    epsilon,
  );
}
