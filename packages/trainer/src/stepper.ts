import type { Engine, Parameters, Rows, RunningLoss, Split } from '@softreg/backend';
import { allFinite } from '@softreg/model';
import type { Slots, UpdateRule } from './update-rules/update-rule.js';

/** Takes steps by a rule, wherever the arithmetic of the rule is done. */
export interface Stepper {
  /** @param iteration steps before this one, over all epochs */
  step(split: Split, rows: Rows, iteration: number): Promise<void> | void;
  slots(): Slots;
  /** Whether a number of the last step was NaN or infinite, as far as is known here: an engine's own steps are not looked at. */
  hasDiverged(): boolean;
}

/** On the device where the engine can do the rule by itself; else the gradient comes back and the rule is applied here. */
export function stepperFor(engine: Engine, rule: UpdateRule, slots: Slots): Stepper {
  const { engineStep } = rule;
  if (engineStep !== undefined) {
    return {
      step: (split, rows, iteration) => engine.step(split, rows, engineStep(iteration)),
      slots: () => slots,
      hasDiverged: () => false,
    };
  }
  let held = slots;
  let diverged = false;
  // Nobody else writes them between two steps: they are read back once.
  let parameters: Parameters | undefined;
  return {
    async step(split, rows, iteration) {
      parameters ??= await engine.readParameters();
      const { loss, gradient } = await engine.lossAndGradient(split, rows);
      const next = rule.update(parameters, gradient, held, iteration);
      held = next.slots;
      parameters = next.parameters;
      diverged = !(
        Number.isFinite(loss) &&
        allFinite(gradient) &&
        allFinite(next.parameters) &&
        allFiniteSlots(held)
      );
      await engine.writeParameters(next.parameters);
      await engine.writeRunningLoss(addStep(await engine.readRunningLoss(), loss));
    },
    slots: () => held,
    hasDiverged: () => diverged,
  };
}

export function allFiniteSlots(slots: Slots): boolean {
  return Object.values(slots).every((slot) => slot.every(Number.isFinite));
}

function addStep({ sum, steps }: RunningLoss, loss: number): RunningLoss {
  return { sum: sum + loss, steps: steps + 1 };
}
