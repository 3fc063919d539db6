import { demand } from '../demands.js';

/** One of several parts that a sweep is divided into. */
export interface Shard {
  /** From 1 to `count`. */
  readonly number: number;
  /** Of all parts, 1 or more. */
  readonly count: number;
}

/**
 * The part of a list that a shard takes: every `count`th item, from the one of its number on. The shards of a list have each item once.
 *
 * @throws TrainingError TRAINING_INVALID_SETTING
 */
export function shardOf<Item>(items: readonly Item[], { number, count }: Shard): Item[] {
  const isShard = Number.isSafeInteger(count) && Number.isSafeInteger(number);
  demand(
    isShard && number >= 1 && number <= count,
    'shard',
    'K/N, whole numbers with K from 1 to N',
    `${number}/${count}`,
  );
  return items.filter((_, i) => i % count === number - 1);
}
