import { type Shard, type SweepAxes, shardOf, sweepGrid } from '@softreg/trainer';
import {
  pixelScaleOf,
  type RunConfig,
  type RunFlags,
  refuseChange,
  settingsOf,
} from '../train/run-config.js';

/** The flags of `sweep`: those of `train`, with lists for what is varied. */
export interface SweepFlags extends Omit<RunFlags, keyof SweepAxes>, Partial<SweepAxes> {
  readonly out?: string;
  readonly resume?: string;
  readonly shard?: Shard;
  /** Worker processes. */
  readonly jobs?: number;
  /** Whether settings are trained as one wide product in one process; default: where that is known to take less time. */
  readonly sideBySide?: boolean;
}

/** What a sweep is: kept in its folder, where one that is resumed or merged must find the same. */
export interface SweepConfig extends RunConfig {
  readonly axes: SweepAxes;
  /** Undefined where the sweep is whole. */
  readonly shard?: Shard;
}

/** One setting of a sweep. */
export interface SweepSetting {
  /** Place in the whole grid, from 1. */
  readonly setting: number;
  readonly settings: RunConfig['settings'];
}

type Choices = Pick<SweepConfig, 'axes' | 'settings' | 'pixelScale' | 'shard'>;

/**
 * What the flags choose of a sweep.
 *
 * @throws UsageError, TrainingError
 */
export function choicesOf(flags: SweepFlags, resumed: SweepConfig | undefined): Choices {
  const { learningRate, batchSize, l2, ...others } = flags;
  const base = settingsOf(others, resumed);
  const before = resumed?.axes;
  const axes: SweepAxes = {
    learningRate: axisOf('--learning-rate', learningRate, before?.learningRate, base.learningRate),
    batchSize: axisOf('--batch-size', batchSize, before?.batchSize, base.batchSize),
    l2: axisOf('--l2', l2, before?.l2, base.l2),
  };
  const [settings = base] = sweepGrid(base, axes);
  const shard = flags.shard ?? resumed?.shard;
  if (shard) shardOf([], shard);
  if (resumed) refuseChange('--shard', shardText(resumed.shard), shardText(shard));
  const pixelScale = pixelScaleOf(others, resumed);
  return { axes, settings, pixelScale, ...(shard && { shard }) };
}

function axisOf(
  flag: string,
  given: readonly number[] | undefined,
  before: readonly number[] | undefined,
  otherwise: number,
): readonly number[] {
  const values = [...new Set(given ?? before ?? [otherwise])];
  if (before) refuseChange(flag, before.join(','), values.join(','));
  return values;
}

export function shardText(shard: Shard | undefined): string {
  return shard ? `${shard.number}/${shard.count}` : 'none';
}

/** All settings of the grid. */
export function settingsOfSweep({ settings, axes }: SweepConfig): SweepSetting[] {
  return sweepGrid(settings, axes).map((one, i) => ({ setting: i + 1, settings: one }));
}

/** Those that the folder of the sweep is for. */
export function ownSettings(config: SweepConfig): SweepSetting[] {
  const all = settingsOfSweep(config);
  return config.shard ? shardOf(all, config.shard) : all;
}
