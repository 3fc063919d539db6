import type { StopEvent, TrainingEvent } from '@softreg/trainer';
import { percent } from '../format.js';
import { type Output, printLine } from '../io.js';

/** Where a run ended, and how fast it was. */
export interface Ending {
  readonly stop: StopEvent;
  readonly epochsPerSecond: number;
  readonly backend: string;
  /** Path of the model file, if one was written. */
  readonly model: string | undefined;
}

/** What `train` prints to stdout. */
export interface TrainingLog {
  event(event: TrainingEvent): void;
  end(ending: Ending): void;
}

/** The tutorial's log, line for line. */
export function textLog(stdout: Output): TrainingLog {
  return {
    event(event) {
      if (event.type !== 'validation' && event.type !== 'test') return;
      const place = `epoch ${event.epoch}, minibatch ${event.minibatch}/${event.minibatches}`;
      printLine(
        stdout,
        event.type === 'validation'
          ? `${place}, validation error ${percent(event.score)}`
          : `     ${place}, test error of best model ${percent(event.score)}`,
      );
    },
    end({ stop, epochsPerSecond }) {
      const { best } = stop.state;
      const complete = stop.reason === 'patience' || stop.reason === 'epochs';
      if (!complete || best === undefined) return;
      printLine(
        stdout,
        `Optimization complete with best validation score of ${percent(best.validation)}, ` +
          `with test performance ${percent(best.test)}`,
      );
      const rate = epochsPerSecond.toFixed(6);
      printLine(stdout, `The code run for ${stop.epochs} epochs, with ${rate} epochs/sec`);
    },
  };
}

/** One JSON object a line. */
export function jsonLog(stdout: Output): TrainingLog {
  return {
    event(event) {
      if (event.type !== 'validation' && event.type !== 'test') return;
      const { type, epoch, minibatch, score } = event;
      printLine(stdout, JSON.stringify({ event: type, epoch, minibatch, ...score }));
    },
    end({ stop, epochsPerSecond, backend, model }) {
      const { best } = stop.state;
      const done = {
        event: 'done',
        reason: stop.reason,
        epochs: stop.epochs,
        bestValidation: best?.validation ?? null,
        test: best?.test ?? null,
        full: stop.scores
          ? { validation: stop.scores.validation.full, test: stop.scores.test.full }
          : null,
        epochsPerSecond,
        backend,
        model: model ?? null,
      };
      printLine(stdout, JSON.stringify(done));
    },
  };
}
