import type { SgdStep } from '../engine.js';
import { groupAlike, type SliceWork, stillOpen } from './slice-work.js';
import type { Request } from './step-barrier.js';
import type { WideDevice } from './wide-device.js';
import { wideStep } from './wide-step.js';

/** A step that an engine waits for: it is answered the sum of its running loss, where the device looks at it. */
export interface StepRequest extends SliceWork, Request<number | undefined> {
  readonly update: Required<SgdStep>;
}

/** Takes the steps, those on the same rows as one, and answers each request. What fails for one group leaves the others alone. */
export async function takeSteps(
  device: WideDevice,
  requests: readonly StepRequest[],
): Promise<void> {
  try {
    await device.refuseLost();
    const answers = groupAlike(stillOpen(requests)).map((group) => stepGroup(device, group));
    await device.betweenSteps();
    for (const answer of answers) answer();
  } catch (error) {
    for (const { reject } of requests) reject(error);
  }
}

/** @returns how its requests are answered: not before all groups have been served */
function stepGroup(device: WideDevice, group: readonly StepRequest[]): () => void {
  const { split, rows } = group[0] as StepRequest;
  try {
    const losses = device.run(() =>
      wideStep(
        group.map(({ slice }) => slice),
        split.blocksOf(rows),
        group.map(({ update }) => update),
      ),
    );
    const known = device.looksAtLoss ? losses.dataSync() : undefined;
    return () => {
      for (const [i, { resolve }] of group.entries()) resolve(known?.[i]);
    };
  } catch (error) {
    return () => {
      for (const { reject } of group) reject(error);
    };
  }
}
