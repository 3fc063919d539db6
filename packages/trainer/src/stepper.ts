import type { Engine, Parameters, Rows, RunningLoss, Split, StepResult } from '@softreg/backend';
import { allFinite, areFinite } from '@softreg/model';
import type { Slots, UpdateRule } from './update-rules/update-rule.js';

/** Takes steps by a rule, wherever the arithmetic of the rule is done. */
export interface Stepper {
  /**
   * @param iteration steps before this one, over all epochs
   * @returns whether a number was NaN or infinite, as far as is known at once: see each way
   */
  step(split: Split, rows: Rows, iteration: number): Promise<boolean>;
  slots(): Promise<Slots>;
}

/** On the device where the engine can do the rule by itself; else the gradient comes back and the rule is applied here. */
export function stepperFor(engine: Engine, rule: UpdateRule, slots: Slots): Stepper {
  const { engineStep, ruleStep } = rule;
  if (engineStep !== undefined) {
    return {
      step: async (split, rows, iteration) =>
        hasDiverged(engine.step(split, rows, engineStep(iteration))),
      slots: async () => slots,
    };
  }
  if (ruleStep !== undefined && engine.rules !== undefined) {
    return onDevice(engine.rules, ruleStep, slots);
  }
  return appliedHere(engine, rule, slots);
}

/** The loss of all steps so far is looked at where the engine knows it at once. */
async function hasDiverged(result: StepResult): Promise<boolean> {
  const lossSum = await result;
  return lossSum !== undefined && !Number.isFinite(lossSum);
}

function onDevice(
  rules: NonNullable<Engine['rules']>,
  ruleStep: NonNullable<UpdateRule['ruleStep']>,
  slots: Slots,
): Stepper {
  const names = Object.keys(slots);
  let ready: Promise<void> | undefined;
  return {
    async step(split, rows, iteration) {
      ready ??= rules.writeSlots(Object.values(slots));
      await ready;
      return hasDiverged(rules.step(split, rows, ruleStep(iteration)));
    },
    async slots() {
      if (ready === undefined) return slots;
      const vectors = await rules.readSlots();
      return Object.fromEntries(names.map((name, i) => [name, vectors[i] as Float32Array]));
    },
  };
}

/** Every number of the step is looked at. */
function appliedHere(engine: Engine, rule: UpdateRule, slots: Slots): Stepper {
  let held = slots;
  // Nobody else writes them between two steps: they are read back once.
  let parameters: Parameters | undefined;
  return {
    async step(split, rows, iteration) {
      parameters ??= await engine.readParameters();
      const { loss, gradient } = await engine.lossAndGradient(split, rows);
      const next = rule.update(parameters, gradient, held, iteration);
      held = next.slots;
      parameters = next.parameters;
      await engine.writeParameters(next.parameters);
      await engine.writeRunningLoss(addStep(await engine.readRunningLoss(), loss));
      return !(
        Number.isFinite(loss) &&
        allFinite(gradient) &&
        allFinite(next.parameters) &&
        allFiniteSlots(held)
      );
    },
    slots: async () => held,
  };
}

export function allFiniteSlots(slots: Slots): boolean {
  return Object.values(slots).every(areFinite);
}

function addStep({ sum, steps }: RunningLoss, loss: number): RunningLoss {
  return { sum: sum + loss, steps: steps + 1 };
}
