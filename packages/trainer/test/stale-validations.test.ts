import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Script, scriptedRun, VALIDATION_IMAGES } from './scripted-run.js';
import { stopOf } from './small-run.js';

const BASE: Script = {
  minibatches: 4,
  epochs: 50,
  // Of no account, and chosen so that it would show.
  patience: 1,
  patienceIncrease: 1,
  improvementThreshold: 1e-9,
  validationFrequency: undefined,
  validationErrors: [500],
};

describe('a run stops after so many validations without an improvement', () => {
  const stopping = 'validations';

  test.each([
    ['that never improves', [500], { staleValidations: 3 }, 4],
    ['by default 10', [500], {}, 11],
    ['that gets worse', [500, 600, 700, 800, 900], { staleValidations: 3 }, 4],
    ['that improves once', [500, 500, 499, 499], { staleValidations: 2 }, 5],
    [
      'that improves by the delta',
      [500, 490, 480, 480],
      { staleValidations: 1, minDelta: 0.01 },
      4,
    ],
    ['that improves by less', [500, 491, 482, 480], { staleValidations: 2, minDelta: 0.01 }, 5],
    ['that creeps', [500, 495, 489, 489], { staleValidations: 2, minDelta: 0.01 }, 5],
    ['by one tenth, which is no float', [300, 200, 200], { staleValidations: 1, minDelta: 0.1 }, 3],
  ])('%s', async (_, validationErrors, settings, validations) => {
    const script = { ...BASE, validationErrors };
    const { reason, state } = stopOf(await scriptedRun(script, { stopping, ...settings }));
    expect([reason, state.history.length]).toEqual(['patience', validations]);
    expect(state.iterations).toBe(4 * validations);
  });

  test('the best is the smallest error, though it be no improvement that counts', async () => {
    const script = { ...BASE, validationErrors: [500, 499, 498, 600] };
    const settings = { stopping, staleValidations: 3, minDelta: 0.1 } as const;
    const { state } = stopOf(await scriptedRun(script, settings));
    expect(state.history).toHaveLength(4);
    expect(state.best).toMatchObject({ epoch: 3, validation: { errors: 498 } });
    expect(state.parameters).toBeDefined();
  });

  test('or after its epochs', async () => {
    const settings = { stopping, staleValidations: 3 } as const;
    const stop = stopOf(await scriptedRun({ ...BASE, epochs: 3 }, settings));
    expect([stop.reason, stop.state.iterations]).toEqual(['epochs', 12]);
  });

  test('as the callback of Keras would, whatever the errors and the frequency', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          minibatches: fc.integer({ min: 1, max: 6 }),
          epochs: fc.integer({ min: 3, max: 10 }),
          validationFrequency: fc.constantFrom(undefined, 1, 2, 3),
          staleValidations: fc.integer({ min: 1, max: 5 }),
          delta: fc.integer({ min: 0, max: 30 }),
          validationErrors: fc.array(fc.integer({ min: 800, max: 900 }), {
            minLength: 1,
            maxLength: 30,
          }),
        }),
        async ({ staleValidations, delta, ...script }) => {
          const minDelta = delta / VALIDATION_IMAGES;
          const settings = { stopping, staleValidations, minDelta } as const;
          const events = await scriptedRun({ ...BASE, ...script }, settings);
          const expected = keras(script, staleValidations, delta);
          const { state, reason } = stopOf(events);
          expect({ iterations: state.iterations, reason }).toEqual(expected);
          const remaining = events.flatMap((event) =>
            event.type === 'minibatch' ? [event.remaining] : [],
          );
          // After each minibatch there are so many to come as there are if nothing improves.
          expect(remaining.at(-1)).toBe(0);
          expect(remaining.every((rest, i) => rest <= (remaining[i + 1] ?? 0) + 1)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});

function keras(
  script: Pick<Script, 'minibatches' | 'epochs' | 'validationFrequency' | 'validationErrors'>,
  patience: number,
  delta: number,
): { iterations: number; reason: string } {
  const { minibatches, epochs, validationFrequency = minibatches, validationErrors } = script;
  let best = Number.POSITIVE_INFINITY;
  let wait = 0;
  let validations = 0;
  for (let iterations = 1; iterations <= epochs * minibatches; iterations++) {
    if (iterations % validationFrequency !== 0) continue;
    const errors = validationErrors[validations % validationErrors.length] as number;
    validations += 1;
    wait += 1;
    if (errors < best && best - errors >= delta) {
      best = errors;
      wait = 0;
    }
    if (wait >= patience) return { iterations, reason: 'patience' };
  }
  return { iterations: epochs * minibatches, reason: 'epochs' };
}
