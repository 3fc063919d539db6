import type { AdamStep, MomentumStep, Parameters, SgdStep } from '@softreg/backend';

/** What a rule remembers from one step to the next, besides the parameters. */
export type Slots = Readonly<Record<string, Float32Array>>;

/**
 * How parameters follow from a gradient: two pure functions. Where an engine can take the same step on its own, `engineStep` or
 * `ruleStep` says with what numbers, and nothing needs to be read back from the device.
 */
export interface UpdateRule {
  readonly name: string;
  init(parameters: Parameters): Slots;
  /** @param iteration steps before this one, over all epochs */
  update(
    parameters: Parameters,
    gradient: Parameters,
    slots: Slots,
    iteration: number,
  ): { readonly parameters: Parameters; readonly slots: Slots };
  /** @param iteration steps before this one, over all epochs */
  engineStep?(iteration: number): SgdStep;
  /**
   * For engines that have rules. The slots are in the order of `init`.
   *
   * @param iteration steps before this one, over all epochs
   */
  ruleStep?(iteration: number): MomentumStep | AdamStep;
}
