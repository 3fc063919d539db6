import type { Parameters, SgdStep } from '@softreg/backend';

/** What a rule remembers from one step to the next, besides the parameters. */
export type Slots = Readonly<Record<string, Float32Array>>;

/**
 * How parameters follow from a gradient: two pure functions. Where an engine can take the same step on its own, `engineStep`
 * says with what numbers, and nothing needs to be read back from the device.
 */
export interface UpdateRule {
  readonly name: string;
  init(parameters: Parameters): Slots;
  update(
    parameters: Parameters,
    gradient: Parameters,
    slots: Slots,
  ): { readonly parameters: Parameters; readonly slots: Slots };
  readonly engineStep?: SgdStep;
}
