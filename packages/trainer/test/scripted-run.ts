import { type Engine, type Examples, openReferenceEngine, type Split } from '@softreg/backend';
import type { RunSettings, TrainingEvent } from '../src/index.js';
import { eventsOf, SETTINGS } from './small-run.js';

/** Validation images of a scripted run, and minibatches of 1: an error rate is a number of thousandths. */
export const VALIDATION_IMAGES = 1000;
export const TEST_IMAGES = 10;

export interface Script {
  readonly minibatches: number;
  readonly epochs: number;
  readonly patience: number;
  readonly patienceIncrease: number;
  readonly improvementThreshold: number;
  readonly validationFrequency: number | undefined;
  /** Of 1,000; after the last they begin again. */
  readonly validationErrors: readonly number[];
}

export function linesOf(events: readonly TrainingEvent[]): string[] {
  return events.map((event) => {
    switch (event.type) {
      case 'minibatch':
      case 'best':
      case 'test':
        return `${event.type} ${event.epoch} ${event.minibatch}`;
      case 'validation':
        return `validation ${event.epoch} ${event.minibatch} ${event.score.errors}`;
      case 'epoch':
        return `epoch ${event.epoch}`;
      case 'stop':
        return `stop ${event.reason} ${event.epochs}`;
      default:
        return event.type;
    }
  });
}

/** A run whose validations find the errors that the script says. */
export function scriptedRun(
  { minibatches, validationErrors, ...script }: Script,
  settings: Partial<RunSettings> = {},
): Promise<TrainingEvent[]> {
  const blank = (count: number): Examples => ({
    values: new Uint8Array(count),
    scale: 1,
    labels: new Uint8Array(count),
    count,
    features: 1,
    classes: 2,
  });
  const data = {
    train: blank(minibatches),
    validation: blank(VALIDATION_IMAGES),
    test: blank(TEST_IMAGES),
  };
  return eventsOf({
    engine: scriptedEngine(data.validation, validationErrors),
    data,
    settings: { ...SETTINGS, ...script, ...settings, batchSize: 1 },
  });
}

/** Counts the errors that it is told to, so that a test decides how a run goes. Everything else is as in the reference. */
function scriptedEngine(validation: Examples, validationErrors: readonly number[]): Engine {
  const reference = openReferenceEngine();
  let validations = 0;
  let validationSplit: Split | undefined;
  return {
    ...reference,
    async load(examples, options) {
      const split = await reference.load(examples, options);
      if (examples === validation) validationSplit = split;
      return split;
    },
    async countErrors(split) {
      if (split !== validationSplit) return 3;
      const errors = validationErrors[validations % validationErrors.length] as number;
      validations += 1;
      return errors;
    },
  };
}
