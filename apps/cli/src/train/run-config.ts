import type { Dataset } from '@softreg/datasets';
import { checkSettings, type TrainingSettings, TUTORIAL_SETTINGS } from '@softreg/trainer';
import type { BackendFlags } from '../backend.js';
import type { DataFlags } from '../dataset.js';
import { UsageError } from '../usage-error.js';

/** The flags of `train` that decide how the run goes. */
export interface RunFlags extends DataFlags, BackendFlags {
  readonly learningRate?: number;
  readonly batchSize?: number;
  readonly epochs?: number;
  readonly patience?: number;
  readonly patienceIncrease?: number;
  readonly improvementThreshold?: number;
  readonly validationFrequency?: number;
  readonly pixelScale?: number;
  readonly optimizer?: string;
  readonly l2?: number;
  readonly shuffle?: boolean;
  readonly seed?: number;
}

/** What a run is: kept in its folder, and in its checkpoint, where a resumed run must find the same. */
export interface RunConfig {
  readonly version: string;
  readonly dataset: string;
  readonly sha256: Dataset['sha256'];
  readonly pixelScale: number;
  readonly backend: string;
  readonly settings: TrainingSettings;
}

const SETTING_FLAGS = {
  learningRate: '--learning-rate',
  batchSize: '--batch-size',
  epochs: '--epochs',
  patience: '--patience',
  patienceIncrease: '--patience-increase',
  improvementThreshold: '--improvement-threshold',
  validationFrequency: '--validation-frequency',
  optimizer: '--optimizer',
  l2: '--l2',
  shuffle: '--shuffle',
  seed: '--seed',
} as const satisfies Record<keyof TrainingSettings, string>;

/**
 * The settings that the flags give: what is not given is the tutorial's, or in a resumed run that of the checkpoint.
 *
 * @throws UsageError, TrainingError
 */
export function settingsOf(flags: RunFlags, resumed: RunConfig | undefined): TrainingSettings {
  const given = Object.keys(SETTING_FLAGS).filter(
    (name) => flags[name as keyof RunFlags] !== undefined,
  );
  const settings = {
    ...(resumed?.settings ?? TUTORIAL_SETTINGS),
    ...Object.fromEntries(given.map((name) => [name, flags[name as keyof RunFlags]])),
  } as TrainingSettings;
  checkSettings(settings);
  for (const name of given as (keyof TrainingSettings)[]) {
    if (resumed) refuseChange(SETTING_FLAGS[name], resumed.settings[name], settings[name]);
  }
  return settings;
}

/** @throws UsageError */
export function pixelScaleOf({ pixelScale }: RunFlags, resumed: RunConfig | undefined): number {
  const scale = pixelScale ?? resumed?.pixelScale ?? 256;
  if (!(scale > 0 && Number.isFinite(scale))) {
    throw new UsageError(`--pixel-scale: expected a number above 0, found ${scale}`);
  }
  if (resumed) refuseChange('--pixel-scale', resumed.pixelScale, scale);
  return scale;
}

/** @throws UsageError */
export function datasetNameOf({ dataset }: RunFlags, resumed: RunConfig | undefined): string {
  const name = dataset ?? resumed?.dataset ?? 'mnist';
  if (resumed) refuseChange('--dataset', resumed.dataset, name);
  return name;
}

function refuseChange(flag: string, before: unknown, now: unknown): void {
  if (before === now) return;
  throw new UsageError(
    `${flag}: expected ${before}, as in the run to resume, found ${now}; ` +
      'leave the flag away, or start a new run',
  );
}
