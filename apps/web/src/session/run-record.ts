import type { Parameters } from '@softreg/backend';
import type { StopReason, TrainingEvent, TrainingState } from '@softreg/trainer';
import { mostKept, ParameterHistory, type PastParameters } from './parameter-history.js';
import type {
  CurveUpdate,
  EpochPoint,
  SnapshotUpdate,
  ValidationLoss,
  ValidationPoint,
} from './protocol.js';

/** Minibatches that the speed is taken over. */
const CLOCK_MS = 1000;

/** What has happened in a run. */
export class RunRecord {
  private readonly minibatches: number;
  private readonly past: ParameterHistory;
  /** What the page is to be told: first, that points of a run before this one are gone. */
  private untold: Untold = { ...nothingNew(), goneAfter: -1 };
  private toldParameters: Parameters | undefined;
  private iterations = 0;
  private remaining = Number.POSITIVE_INFINITY;
  private current: PastParameters;
  private currentSince = performance.now();
  private best: ValidationPoint | undefined;
  private lastValidation: ValidationPoint | undefined;
  private stopReason: StopReason | undefined;
  private clock: { at: number; iterations: number } | undefined;
  private epochsPerSecond: number | undefined;

  /** @param minibatches in an epoch */
  constructor(minibatches: number, start: Parameters) {
    this.minibatches = minibatches;
    this.past = new ParameterHistory(mostKept(start));
    this.current = { at: 0, parameters: start };
    this.past.keep(0, start);
  }

  /** The newest parameters that are known. */
  get newest(): PastParameters {
    return this.current;
  }

  /** When they became known, by `performance.now()`. */
  get newestSince(): number {
    return this.currentSince;
  }

  /** Whether no minibatch came after them. */
  get isNewestKnown(): boolean {
    return this.current.at === this.iterations / this.minibatches;
  }

  /** The parameters that were kept nearest to a place in epochs. */
  lookBack(at: number): PastParameters {
    return this.past.nearest(at) ?? this.current;
  }

  /** What a state tells of a run before it: its validations, not its losses. */
  goOnFrom({ iterations, parameters, history, best, patience }: TrainingState): void {
    this.iterations = iterations;
    this.remaining = Math.max(0, patience + 1 - iterations);
    for (const { validation, test, ...place } of history) {
      const point = { at: this.placeOf(place), validation, ...(test && { test }) };
      this.untold.validations.push(point);
    }
    this.best = this.bestOf(best);
    if (best) this.past.keepBest(this.placeOf(best), best.parameters);
    this.noteParameters(parameters);
  }

  /** What came after will come again. */
  goBackTo({ iterations, parameters, best }: TrainingState): void {
    const at = iterations / this.minibatches;
    this.iterations = iterations;
    this.untold = {
      goneAfter: Math.min(this.untold.goneAfter, at),
      epochs: this.untold.epochs.filter(({ epoch }) => epoch <= at),
      validations: this.untold.validations.filter((point) => point.at <= at),
      validationLosses: this.untold.validationLosses.filter((point) => point.at <= at),
    };
    this.best = this.bestOf(best);
    this.past.dropAfter(at);
    if (best) this.past.keepBest(this.placeOf(best), best.parameters);
    this.noteParameters(parameters);
    this.startClock();
  }

  startClock(): void {
    this.clock = { at: performance.now(), iterations: this.iterations };
  }

  note(event: TrainingEvent): void {
    switch (event.type) {
      case 'minibatch':
        this.iterations = (event.epoch - 1) * this.minibatches + event.minibatch;
        this.remaining = event.remaining;
        this.time();
        break;
      case 'validation':
        this.lastValidation = { at: this.placeOf(event), validation: event.score };
        this.untold.validations.push(this.lastValidation);
        break;
      case 'test':
        if (this.lastValidation === undefined) break;
        this.best = { ...this.lastValidation, test: event.score };
        this.untold.validations.push(this.best);
        break;
      case 'epoch':
        this.untold.epochs.push({ epoch: event.epoch, meanLoss: event.meanLoss });
        this.setCurrent(event.epoch, event.parameters);
        this.past.keep(event.epoch, event.parameters);
        break;
      case 'best': {
        const at = this.placeOf(event);
        this.setCurrent(at, event.parameters);
        this.past.keepBest(at, event.parameters);
      }
    }
  }

  /** The parameters after all minibatches so far, where no event told them. */
  noteParameters(parameters: Parameters): void {
    const at = this.iterations / this.minibatches;
    this.setCurrent(at, parameters);
    if (Number.isInteger(at)) this.past.keep(at, parameters);
  }

  noteValidationLoss(at: number, loss: number): void {
    if (at > 0) this.untold.validationLosses.push({ at, loss });
  }

  end(reason: StopReason): void {
    this.stopReason = reason;
  }

  /** What is new since the last call, and where the run is. */
  news(patience: number): Omit<SnapshotUpdate, 'phase' | 'data' | 'engine' | 'settings'> {
    const { iterations, remaining } = this;
    const { parameters } = this.current;
    const isNew = parameters !== this.toldParameters;
    this.toldParameters = parameters;
    const curves = this.untold;
    this.untold = nothingNew();
    return {
      iterations,
      minibatches: this.minibatches,
      patience: Number.isFinite(remaining) ? iterations + remaining - 1 : patience,
      epochsPerSecond: this.epochsPerSecond,
      best: this.best,
      stopReason: this.stopReason,
      parameters: isNew ? parameters : undefined,
      curves,
    };
  }

  private bestOf(best: TrainingState['best']): ValidationPoint | undefined {
    return best && { at: this.placeOf(best), validation: best.validation, test: best.test };
  }

  private setCurrent(at: number, parameters: Parameters): void {
    this.current = { at, parameters };
    this.currentSince = performance.now();
  }

  private placeOf({ epoch, minibatch }: { epoch: number; minibatch: number }): number {
    return epoch - 1 + minibatch / this.minibatches;
  }

  private time(): void {
    const { clock } = this;
    const now = performance.now();
    if (clock === undefined || now - clock.at < CLOCK_MS) return;
    const perMillisecond = (this.iterations - clock.iterations) / (now - clock.at);
    this.epochsPerSecond = (1000 * perMillisecond) / this.minibatches;
    this.clock = { at: now, iterations: this.iterations };
  }
}

interface Untold extends CurveUpdate {
  readonly epochs: EpochPoint[];
  readonly validations: ValidationPoint[];
  readonly validationLosses: ValidationLoss[];
}

function nothingNew(): Untold {
  return { goneAfter: Number.POSITIVE_INFINITY, epochs: [], validations: [], validationLosses: [] };
}
