import type { LostEvent, StopEvent, TrainingEvent } from '@softreg/trainer';
import { percent } from '../format.js';
import { type Output, printLine } from '../io.js';

/** Where a run ended, and how fast it was. */
export interface Ending {
  readonly stop: StopEvent;
  readonly epochsPerSecond: number;
  /** The last one, if others were lost. */
  readonly backend: string;
  /** Path of the model file, if one was written. */
  readonly model: string | undefined;
}

/** What `train` prints to stdout. */
export interface TrainingLog {
  event(event: TrainingEvent): void;
  end(ending: Ending): void;
}

/**
 * The tutorial's log, line for line. What happens again after a loss is printed again only if it comes out different: then the
 * later line holds.
 */
export function textLog(stdout: Output): TrainingLog {
  const printed = new Set<string>();
  return {
    event(event) {
      if (event.type !== 'validation' && event.type !== 'test') return;
      const place = `epoch ${event.epoch}, minibatch ${event.minibatch}/${event.minibatches}`;
      const line =
        event.type === 'validation'
          ? `${place}, validation error ${percent(event.score)}`
          : `     ${place}, test error of best model ${percent(event.score)}`;
      if (!printed.has(line)) printLine(stdout, line);
      printed.add(line);
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

/**
 * One JSON object a line. After a `lost` there come again, as they happen again, those from the place where the run goes on.
 *
 * @param minibatches in an epoch
 */
export function jsonLog(stdout: Output, minibatches: number): TrainingLog {
  return {
    event(event) {
      if (event.type === 'lost') printLine(stdout, JSON.stringify(lossOf(event, minibatches)));
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

function lossOf(event: LostEvent, minibatches: number) {
  const { epoch, minibatch, backend, state } = event;
  return {
    event: 'lost',
    epoch,
    minibatch,
    backend,
    reason: event.reason,
    resumesAtEpoch: Math.floor(state.iterations / minibatches) + 1,
    resumesAtMinibatch: (state.iterations % minibatches) + 1,
  };
}
