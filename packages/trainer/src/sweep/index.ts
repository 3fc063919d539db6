export { findLearningRate, type RangeTestOptions } from './find-learning-rate.js';
export { MOST_SETTINGS, type SweepAxes, sweepGrid } from './grid.js';
export {
  isRangeTestOver,
  type LearningRateSuggestion,
  type RangeTestPoint,
  rangeTestRate,
  smoothLosses,
  suggestLearningRate,
} from './range-test.js';
export { compareRanked, type Ranked } from './rank.js';
export { type Shard, shardOf } from './shard.js';
