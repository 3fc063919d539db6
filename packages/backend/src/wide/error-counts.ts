import { turn } from '../turn.js';
import { joinedWeights } from './slice.js';
import { groupAlike, type SliceWork, stillOpen } from './slice-work.js';
import type { Request } from './step-barrier.js';
import type { WideDevice } from './wide-device.js';
import { wideErrors } from './wide-sums.js';

type CountRequest = SliceWork & Request<number>;

/** Counts errors: what is asked for within one turn of the event loop is counted together, and nobody is waited for. */
export class ErrorCounts {
  private readonly device: WideDevice;
  private asked: CountRequest[] = [];

  constructor(device: WideDevice) {
    this.device = device;
  }

  /** @throws BackendError BACKEND_INVALID_ARGUMENT, BACKEND_LOST */
  count(work: SliceWork): Promise<number> {
    return new Promise((resolve, reject) => {
      if (this.asked.length === 0) void turn().then(() => this.answerAll());
      this.asked.push({ ...work, resolve, reject });
    });
  }

  private async answerAll(): Promise<void> {
    const { asked } = this;
    this.asked = [];
    await Promise.all(groupAlike(stillOpen(asked)).map((group) => this.answer(group)));
  }

  private async answer(group: readonly CountRequest[]): Promise<void> {
    const { split, rows } = group[0] as CountRequest;
    try {
      await this.device.refuseLost();
      const errors = this.device.run(() => {
        const weights = joinedWeights(group.map(({ slice }) => slice));
        return wideErrors(split.blocksOf(rows), weights, group.length);
      });
      const counts = await this.device.read(errors);
      for (const [i, { resolve }] of group.entries()) resolve(counts[i] as number);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}
