import type { Engine, Rows, RunningLoss, Split } from '@softreg/backend';
import type { Slots, UpdateRule } from './update-rules/update-rule.js';

/** Takes steps by a rule, wherever the arithmetic of the rule is done. */
export interface Stepper {
  step(split: Split, rows: Rows): Promise<void> | void;
  slots(): Slots;
}

/** On the device where the engine can do the rule by itself; else the gradient comes back and the rule is applied here. */
export function stepperFor(engine: Engine, rule: UpdateRule, slots: Slots): Stepper {
  const { engineStep } = rule;
  if (engineStep !== undefined) {
    return { step: (split, rows) => engine.step(split, rows, engineStep), slots: () => slots };
  }
  let held = slots;
  return {
    async step(split, rows) {
      const parameters = await engine.readParameters();
      const { loss, gradient } = await engine.lossAndGradient(split, rows);
      const next = rule.update(parameters, gradient, held);
      held = next.slots;
      await engine.writeParameters(next.parameters);
      await engine.writeRunningLoss(addStep(await engine.readRunningLoss(), loss));
    },
    slots: () => held,
  };
}

function addStep({ sum, steps }: RunningLoss, loss: number): RunningLoss {
  return { sum: sum + loss, steps: steps + 1 };
}
