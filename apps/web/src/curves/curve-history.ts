import { errorRate } from '@softreg/model';
import type { CurveUpdate } from '../session/protocol.js';
import { Column } from './column.js';

/** Places in epochs, ascending, and what was measured there. */
export interface Line {
  readonly at: Float64Array;
  readonly values: Float64Array;
}

/** What there is to draw: views of the history, so that to pass them on costs nothing. */
export interface Curves {
  /** Mean of each epoch's minibatches, in nats. */
  readonly trainingLoss: Line;
  /** In nats; of those places that were inspected. */
  readonly validationLoss: Line;
  /** In percent. */
  readonly validationError: Line;
  /** In percent; where the validation was the best so far. */
  readonly testError: Line;
}

/** The curves of a run, of which the worker tells each point once. */
export class CurveHistory {
  private readonly trainingLoss = new LineColumns();
  private readonly validationLoss = new LineColumns();
  private readonly validationError = new LineColumns();
  private readonly testError = new LineColumns();

  get curves(): Curves {
    const { trainingLoss, validationLoss, validationError, testError } = this;
    return {
      trainingLoss: trainingLoss.line,
      validationLoss: validationLoss.line,
      validationError: validationError.line,
      testError: testError.line,
    };
  }

  take(update: CurveUpdate): Curves {
    const { trainingLoss, validationLoss, validationError, testError } = this;
    for (const line of [trainingLoss, validationLoss, validationError, testError]) {
      line.dropAfter(update.goneAfter);
    }
    for (const { epoch, meanLoss } of update.epochs) trainingLoss.put(epoch, meanLoss);
    for (const { at, validation, test } of update.validations) {
      validationError.put(at, 100 * errorRate(validation));
      if (test) testError.put(at, 100 * errorRate(test));
    }
    for (const { at, loss } of update.validationLosses) validationLoss.put(at, loss);
    return this.curves;
  }
}

class LineColumns {
  private readonly places = new Column();
  private readonly values = new Column();

  get line(): Line {
    return { at: this.places.values, values: this.values.values };
  }

  /** In its place; what was there is replaced. */
  put(at: number, value: number): void {
    const places = this.places.values;
    let index = places.length;
    while (index > 0 && (places[index - 1] as number) >= at) index -= 1;
    if (places[index] === at) {
      this.values.set(index, value);
      return;
    }
    this.places.insert(index, at);
    this.values.insert(index, value);
  }

  dropAfter(at: number): void {
    let length = this.places.length;
    while (length > 0 && (this.places.values[length - 1] as number) > at) length -= 1;
    this.places.cut(length);
    this.values.cut(length);
  }
}

export const NO_CURVES: Curves = new CurveHistory().curves;
