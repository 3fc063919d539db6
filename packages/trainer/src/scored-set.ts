import type { Engine, Examples, Split } from '@softreg/backend';
import {
  type ErrorCount,
  type ExampleStream,
  isStream,
  type Scores,
  scoreStream,
} from '@softreg/model';
import { BREATH_MS, breath, startTimer } from './timer.js';

/** A set that the engine's parameters are scored on. */
export interface ScoredSet {
  /** Errors over whole minibatches. @throws the signal's reason */
  countErrors(signal?: AbortSignal): Promise<ErrorCount>;
  /** @throws the signal's reason */
  score(signal?: AbortSignal): Promise<Scores>;
  close(): void;
}

/** Examples in memory that are scored before the signal is looked at again: hundreds of milliseconds at the most. */
const EXAMPLES_AT_A_TIME = 10_000;

export async function scoredSet(
  engine: Engine,
  data: Examples | ExampleStream,
  batchSize: number,
): Promise<ScoredSet> {
  if (isStream(data)) return streamedSet(engine, data, batchSize);
  const split = await engine.load(data, { minibatch: batchSize });
  return {
    countErrors: (signal) => countErrors(engine, split, batchSize, signal),
    async score(signal) {
      const whole = await countErrors(engine, split, batchSize, signal);
      const rest = await restOf(engine, split, whole);
      return { wholeMinibatches: whole, full: { errors: whole.errors + rest, count: split.count } };
    },
    close: () => split.close(),
  };
}

function streamedSet(engine: Engine, data: ExampleStream, batchSize: number): ScoredSet {
  const scoreAll = (signal?: AbortSignal) => scoreStream(engine, data, batchSize, signal);
  // There is one at least, as settings are checked against the sets.
  const ofWhole = ({ wholeMinibatches }: Scores) => wholeMinibatches as ErrorCount;
  return {
    countErrors: async (signal) => ofWhole(await scoreAll(signal)),
    score: scoreAll,
    close() {},
  };
}

async function countErrors(
  engine: Engine,
  split: Split,
  batchSize: number,
  signal: AbortSignal | undefined,
): Promise<ErrorCount> {
  const count = split.count - (split.count % batchSize);
  const piece = batchSize * Math.max(1, Math.floor(EXAMPLES_AT_A_TIME / batchSize));
  const sinceBreath = startTimer();
  let errors = 0;
  for (let start = 0; start < count; start += piece) {
    if (sinceBreath.elapsed() > BREATH_MS) {
      await breath();
      sinceBreath.restart();
    }
    signal?.throwIfAborted();
    errors += await engine.countErrors(split, { start, end: Math.min(start + piece, count) });
  }
  return { errors, count };
}

/** Errors of the examples after the last whole minibatch. */
async function restOf(engine: Engine, split: Split, { count }: ErrorCount): Promise<number> {
  if (count === split.count) return 0;
  return engine.countErrors(split, { start: count, end: split.count });
}
