import type { Parameters } from '@softreg/backend';

export interface PastParameters {
  /** In epochs. */
  readonly at: number;
  readonly parameters: Parameters;
}

/** Of 784 x 10 parameters that is 16 MB. */
const MOST = 500;
/** Larger parameters are fewer. */
const MOST_BYTES = 2 ** 27;

/** How many such parameters are kept. */
export function mostKept({ weights, bias }: Parameters): number {
  return Math.min(
    MOST,
    Math.max(1, Math.floor(MOST_BYTES / (weights.byteLength + bias.byteLength))),
  );
}

/** Parameters of a run's places: of the start, of each epoch, of the best validation. Where they are too many every second one goes. */
export class ParameterHistory {
  /** In order of place. */
  private kept: PastParameters[] = [];
  private bestAt: number | undefined;
  /** Epochs from one that stays to the next. */
  private stride = 1;
  private readonly most: number;

  /** @param most kept, but for the newest and the best, which stay in any case: 1 or more */
  constructor(most = MOST) {
    this.most = most;
  }

  get length(): number {
    return this.kept.length;
  }

  /** Those of the same place are replaced. */
  keep(at: number, parameters: Parameters): void {
    const newest = this.kept.at(-1)?.at ?? at;
    const isInTheWay = (place: number) =>
      place === at || (place === newest && at > newest && !this.stays(newest));
    this.kept = this.kept.filter((past) => !isInTheWay(past.at));
    const before = this.kept.filter((past) => past.at < at).length;
    this.kept.splice(before, 0, { at, parameters });
    while (this.kept.length > this.most + 2) this.thin();
  }

  /** As {@link keep}; it stays until another is the best. */
  keepBest(at: number, parameters: Parameters): void {
    this.bestAt = at;
    this.keep(at, parameters);
  }

  dropAfter(at: number): void {
    this.kept = this.kept.filter((past) => past.at <= at);
  }

  /** The nearest one that is kept, and of two the earlier; undefined if there is none. */
  nearest(at: number): PastParameters | undefined {
    return this.kept.reduce<PastParameters | undefined>(
      (best, past) =>
        best === undefined || Math.abs(past.at - at) < Math.abs(best.at - at) ? past : best,
      undefined,
    );
  }

  private thin(): void {
    this.stride *= 2;
    const newest = this.kept.at(-1)?.at;
    this.kept = this.kept.filter(({ at }) => at === newest || this.stays(at));
  }

  private stays(at: number): boolean {
    return at % this.stride === 0 || at === this.bestAt;
  }
}
