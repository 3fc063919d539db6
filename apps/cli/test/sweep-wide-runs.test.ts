import { type Engine, type Examples, openEngine, openWideEngines } from '@softreg/backend';
import { type RunSettings, type StopEvent, TUTORIAL_SETTINGS, train } from '@softreg/trainer';
import { expect, test } from 'vitest';

// Whole runs of the trainer on engines that wait for each other: each is to end as if it were alone.
function synthetic(count: number, seed: number): Examples {
  let state = seed;
  const next = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const labels = Uint8Array.from({ length: count }, () => next() * 4);
  const values = Uint8Array.from({ length: count * 16 }, (_, i) => {
    const isOn = Math.floor((i % 16) / 4) === labels[Math.floor(i / 16)];
    return (isOn ? 90 : 0) + 160 * next();
  });
  return { values, scale: 256, labels, count, features: 16, classes: 4 };
}

const data = { train: synthetic(200, 3), validation: synthetic(60, 4), test: synthetic(40, 5) };
const base: RunSettings = { ...TUTORIAL_SETTINGS, batchSize: 20, epochs: 40, patience: 60 };

const RUNS: readonly [settings: RunSettings, stop?: number | 'leave' | 'throw'][] = [
  [{ ...base, learningRate: 0.1 }],
  [{ ...base, learningRate: 0.5, l2: 0.01, patience: 1000 }],
  [{ ...base, learningRate: 1e38 }],
  [{ ...base, learningRate: 0.01, epochs: 3 }],
  [{ ...base, learningRate: 0.2, stopping: 'validations', staleValidations: 1 }],
  [{ ...base, learningRate: 0.3 }, 25],
  [{ ...base, learningRate: 0.3 }, 'leave'],
  [{ ...base, learningRate: 0.3 }, 'throw'],
  [{ ...base, learningRate: 0.1, validationFrequency: 3 }],
];

async function runOn(
  engine: Engine,
  [settings, stop]: (typeof RUNS)[number],
): Promise<StopEvent | undefined> {
  const abort = new AbortController();
  let minibatches = 0;
  try {
    for await (const event of train({ engine, data, settings, signal: abort.signal })) {
      if (event.type === 'stop') return event;
      if (event.type !== 'minibatch') continue;
      minibatches += 1;
      if (minibatches === stop) abort.abort();
      if (minibatches === 17 && stop === 'leave') return undefined;
      if (minibatches === 17 && stop === 'throw') throw new Error('of the consumer');
    }
    return undefined;
  } catch (error) {
    expect((error as Error).message).toBe('of the consumer');
    return undefined;
  } finally {
    engine.close();
  }
}

test.each(['wasm', 'cpu'] as const)(
  'runs side by side on %s end like runs alone, whichever way each ends',
  async (backend) => {
    for (const shuffle of [false, true]) {
      const runs = RUNS.map(([settings, ...rest]): (typeof RUNS)[number] => [
        { ...settings, shuffle, seed: 6 },
        ...rest,
      ]);
      const engines = await openWideEngines(backend, runs.length);
      const stops = await Promise.all(runs.map((run, i) => runOn(engines[i] as Engine, run)));
      for (const [i, run] of runs.entries()) {
        const expected = await runOn(await openEngine(backend), run);
        const found = stops[i];
        expect(found?.reason).toBe(expected?.reason);
        expect(found?.state.iterations).toBe(expected?.state.iterations);
        expect(found?.state.history).toEqual(expected?.state.history);
        expect(found?.scores).toEqual(expected?.scores);
        if (expected === undefined || expected.reason === 'diverged') continue;
        const wanted = expected.state.parameters.weights;
        for (const [j, weight] of (found?.state.parameters.weights ?? []).entries()) {
          expect(Math.abs(weight - (wanted[j] as number))).toBeLessThanOrEqual(1e-6);
        }
      }
      expect(stops.map((stop) => stop?.reason)).toEqual([
        ...['patience', 'epochs', 'diverged', 'epochs', 'patience', 'aborted'],
        ...[undefined, undefined, 'patience'],
      ]);
    }
  },
  60_000,
);
