import type { Engine, Examples } from '@softreg/backend';
import {
  type ErrorCount,
  type ExampleStream,
  isStream,
  type Scores,
  score,
  scoreStream,
} from '@softreg/model';

/** A set that the engine's parameters are scored on. */
export interface ScoredSet {
  /** Errors over whole minibatches. */
  countErrors(): Promise<ErrorCount>;
  score(): Promise<Scores>;
  close(): void;
}

export async function scoredSet(
  engine: Engine,
  data: Examples | ExampleStream,
  batchSize: number,
): Promise<ScoredSet> {
  if (isStream(data)) {
    const scoreAll = () => scoreStream(engine, data, batchSize);
    // There is one at least, as settings are checked against the sets.
    const countErrors = async () => (await scoreAll()).wholeMinibatches as ErrorCount;
    return { countErrors, score: scoreAll, close() {} };
  }
  const split = await engine.load(data, { minibatch: batchSize });
  const count = split.count - (split.count % batchSize);
  return {
    countErrors: async () => ({
      errors: await engine.countErrors(split, { start: 0, end: count }),
      count,
    }),
    score: () => score(engine, split, batchSize),
    close: () => split.close(),
  };
}
