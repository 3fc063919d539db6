import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BackendName, openEngine } from '@softreg/backend';
import {
  type GoldenRun,
  goldenFolder,
  mnistFolder,
  readGoldenRun,
  readNpy,
  required,
} from '@softreg/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import type { StopEvent, TrainingEvent } from '../src/index.js';
import { eventsOf, stopOf } from './small-run.js';
import { tutorialSplits } from './tutorial-splits.js';

const THREADS = [1, 2, 4];

const mnist = mnistFolder();
const golden = goldenFolder();

const withData = describe.skipIf(mnist === undefined || golden === undefined);

/** Of the best and the last parameters, by threads. */
const fingerprints = new Map<number, string>();

withData.each(await backends())("the tutorial's run on %s, threads: %s", (backend, threads) => {
  let expected: GoldenRun;
  let events: TrainingEvent[];
  let stop: StopEvent;

  beforeAll(async () => {
    expected = readGoldenRun(golden as string);
    const engine = await openEngine(backend, { threads });
    events = await eventsOf({ engine, data: tutorialSplits(mnist as string) });
    stop = stopOf(events);
    engine.close();
    if (backend === 'simd') fingerprints.set(threads as number, fingerprintOf(stop));
  }, 180_000);

  test('has the validation and test counts of the reference, at every validation', () => {
    expect(expected.log).toHaveLength(73);
    const { history } = stop.state;
    // The reference's log ends with its best epoch; the run goes on for one that is no better.
    expect(history.slice(0, 73)).toEqual(
      expected.log.map(({ epoch, minibatch, validationErrors, testErrors }) => ({
        epoch,
        minibatch,
        validation: { errors: validationErrors, count: expected.scored },
        ...(testErrors !== undefined && { test: { errors: testErrors, count: expected.scored } }),
      })),
    );
    expect(history.length).toBeLessThanOrEqual(74);
    const scored = events.flatMap((event) =>
      event.type === 'validation' || event.type === 'test'
        ? [[event.type, event.score.errors]]
        : [],
    );
    expect(scored).toEqual(
      history.flatMap(({ validation, test: tested }) => [
        ['validation', validation.errors],
        ...(tested ? [['test', tested.errors]] : []),
      ]),
    );
  });

  test('stops for the same reason at the same place', () => {
    expect(stop).toMatchObject({ type: 'stop', reason: 'patience', epochs: expected.epochs });
    expect(expected.epochs).toBe(74);
    expect(stop.state.patience).toBe(expected.finalPatience);
    expect(expected.finalPatience).toBe(6140);
    expect(stop.state.iterations).toBe(expected.finalPatience + 1);
  });

  test("has the tutorial's published scores, and the reference's over all images", () => {
    expect(stop.scores).toEqual({
      validation: {
        wholeMinibatches: { errors: 720, count: 9600 },
        full: { errors: 743, count: 10000 },
      },
      test: {
        wholeMinibatches: { errors: 719, count: 9600 },
        full: { errors: 775, count: 10000 },
      },
    });
    expect(expected).toMatchObject({ bestFullValidationErrors: 743, bestFullTestErrors: 775 });
  });

  test('has the mean training loss of the reference in every epoch', () => {
    const losses = events.flatMap((event) => (event.type === 'epoch' ? [event] : []));
    expect(losses.length).toBeGreaterThanOrEqual(73);
    for (const { epoch, meanTrainingCost } of expected.log) {
      const found = losses[epoch - 1];
      expect(found?.epoch).toBe(epoch);
      expect(Math.abs((found?.meanLoss ?? Number.NaN) - meanTrainingCost)).toBeLessThan(1e-5);
    }
  });

  test('finds the best parameters of the reference', () => {
    const best = stop.state.best?.parameters;
    for (const part of ['weights', 'bias'] as const) {
      const file = readFileSync(join(golden as string, `mnist-tutorial-${part}.npy`));
      const { data } = readNpy(file);
      const found = best?.[part] ?? [];
      expect(found).toHaveLength(data.length);
      const distances = Array.from(data, (value, i) => Math.abs(value - (found[i] as number)));
      expect(Math.max(...distances), part).toBeLessThan(1e-4);
      expect(Math.max(...data), part).toBeGreaterThan(0.1);
    }
  });
});

withData('our own kernel', () => {
  test('finds the same parameters to the bit for any number of threads', () => {
    expect([...fingerprints.keys()]).toEqual(THREADS);
    expect(new Set(fingerprints.values()).size).toBe(1);
  });
});

/** Those that take seconds: the cards in software and plain JavaScript take minutes (`pnpm bench:backends`). */
async function backends(): Promise<[BackendName, number | undefined][]> {
  const own = THREADS.map((threads): [BackendName, number] => ['simd', threads]);
  try {
    (await openEngine('tensorflow')).close();
    return [...own, ['wasm', undefined], ['tensorflow', undefined]];
  } catch (error) {
    if (required('tensorflow')) throw error;
    process.stderr.write(`SKIPPED, the tutorial's run: ${(error as Error).message}\n`);
    return [...own, ['wasm', undefined]];
  }
}

function fingerprintOf({ state }: StopEvent): string {
  const hash = createHash('sha256');
  for (const { weights, bias } of [state.parameters, state.best?.parameters ?? state.parameters]) {
    hash.update(new Uint8Array(weights.buffer)).update(new Uint8Array(bias.buffer));
  }
  return hash.digest('hex');
}
