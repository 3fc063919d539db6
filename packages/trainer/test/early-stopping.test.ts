import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  linesOf,
  type Script,
  scriptedRun,
  TEST_IMAGES,
  VALIDATION_IMAGES,
} from './scripted-run.js';
import { stopOf } from './small-run.js';

describe("the control flow is that of the tutorial's Python", () => {
  const scripts: fc.Arbitrary<Script> = fc
    .record({
      minibatches: fc.integer({ min: 1, max: 12 }),
      epochs: fc.integer({ min: 1, max: 12 }),
      patience: fc.integer({ min: 2, max: 60 }),
      patienceIncrease: fc.constantFrom(1, 1.5, 2, 2, 2, 3),
      improvementThreshold: fc.constantFrom(1, 0.995, 0.995, 0.9, 0.5),
      validationFrequency: fc.option(fc.integer({ min: 1, max: 15 }), { nil: undefined }),
      validationErrors: fc.oneof(
        fc.array(fc.integer({ min: 0, max: VALIDATION_IMAGES }), { minLength: 1, maxLength: 40 }),
        // Small improvements, on both sides of the threshold, with plateaus and setbacks.
        fc.array(fc.integer({ min: -12, max: 4 }), { minLength: 1, maxLength: 40 }).map((steps) => {
          let errors = 900;
          return steps.map((step) => {
            errors += step;
            return errors;
          });
        }),
      ),
    })
    .filter(
      ({ epochs, minibatches, patience, validationFrequency = 1 }) =>
        validationFrequency <= Math.min(epochs * minibatches, patience + 1),
    );

  test('event by event', async () => {
    await fc.assert(
      fc.asyncProperty(scripts, async (script) => {
        expect(linesOf(await scriptedRun(script))).toEqual(tutorial(script));
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['patience runs out', { patience: 5, validationErrors: [500] }, 'patience', 7],
    ['the epochs run out', { patience: 900, validationErrors: [500] }, 'epochs', 40],
    ['an improvement that counts', { patience: 10, validationErrors: [500, 400] }, 'patience', 15],
    ['one that does not', { patience: 10, validationErrors: [500, 499] }, 'patience', 11],
    ['one of just the threshold', { patience: 10, validationErrors: [1000, 995] }, 'patience', 11],
  ])('%s', async (_, changes, reason, iterations) => {
    const script = {
      minibatches: 4,
      epochs: 10,
      patienceIncrease: 2,
      improvementThreshold: 0.995,
      validationFrequency: 4,
      ...changes,
    };
    const stop = stopOf(await scriptedRun(script));
    expect([stop.reason, stop.state.iterations]).toEqual([reason, iterations]);
    expect(tutorial(script).at(-1)).toBe(`stop ${reason} ${Math.ceil(iterations / 4)}`);
  });
});

test('a patience of 1 validates at every minibatch', async () => {
  const events = await scriptedRun({
    minibatches: 3,
    epochs: 5,
    patience: 1,
    patienceIncrease: 2,
    improvementThreshold: 0.995,
    validationFrequency: undefined,
    validationErrors: [500],
  });
  expect(linesOf(events)).toEqual([
    'minibatch 1 1',
    'validation 1 1 500',
    'best 1 1',
    'test 1 1',
    'minibatch 1 2',
    'validation 1 2 500',
    'stop patience 1',
  ]);
});

test('the state after a run has what the control flow left in it', async () => {
  const script = {
    minibatches: 5,
    epochs: 3,
    patience: 10,
    patienceIncrease: 2,
    improvementThreshold: 0.995,
    validationFrequency: 5,
    validationErrors: [500, 450, 470],
  };
  const { state } = stopOf(await scriptedRun(script));
  const validation = (errors: number) => ({ errors, count: VALIDATION_IMAGES });
  const tested = { errors: 3, count: TEST_IMAGES };
  expect(state).toMatchObject({
    iterations: 15,
    patience: 18,
    best: { epoch: 2, minibatch: 5, validation: validation(450), test: tested },
  });
  expect(state.history).toEqual([
    { epoch: 1, minibatch: 5, validation: validation(500), test: tested },
    { epoch: 2, minibatch: 5, validation: validation(450), test: tested },
    { epoch: 3, minibatch: 5, validation: validation(470) },
  ]);
});

/**
 * `sgd_optimization_mnist` of the tutorial's `logistic_sgd.py`, line for line, with a note wherever train() has an event. It
 * takes over the names of the original, to be held against it.
 */
function tutorial({
  minibatches: n_train_batches,
  epochs: n_epochs,
  patienceIncrease: patience_increase,
  improvementThreshold: improvement_threshold,
  validationErrors,
  ...script
}: Script): string[] {
  const notes: string[] = [];
  let patience = script.patience;
  const validation_frequency =
    script.validationFrequency ?? Math.min(n_train_batches, Math.floor(patience / 2));
  let validations = 0;
  let best_validation_loss = Number.POSITIVE_INFINITY;
  let done_looping = false;
  let epoch = 0;
  while (epoch < n_epochs && !done_looping) {
    epoch = epoch + 1;
    for (let minibatch_index = 0; minibatch_index < n_train_batches; minibatch_index++) {
      notes.push(`minibatch ${epoch} ${minibatch_index + 1}`);
      const iter = (epoch - 1) * n_train_batches + minibatch_index;
      if ((iter + 1) % validation_frequency === 0) {
        const errors = validationErrors[validations % validationErrors.length] as number;
        validations += 1;
        const this_validation_loss = errors / VALIDATION_IMAGES;
        notes.push(`validation ${epoch} ${minibatch_index + 1} ${errors}`);
        if (this_validation_loss < best_validation_loss) {
          if (this_validation_loss < best_validation_loss * improvement_threshold) {
            patience = Math.max(patience, iter * patience_increase);
          }
          best_validation_loss = this_validation_loss;
          notes.push(`best ${epoch} ${minibatch_index + 1}`);
          notes.push(`test ${epoch} ${minibatch_index + 1}`);
        }
      }
      if (minibatch_index + 1 === n_train_batches) notes.push(`epoch ${epoch}`);
      if (patience <= iter) {
        done_looping = true;
        break;
      }
    }
  }
  notes.push(`stop ${done_looping ? 'patience' : 'epochs'} ${epoch}`);
  return notes;
}
