import { resolve } from 'node:path';
import type { Dataset } from '@softreg/datasets';
import { checkSettings, type RunSettings, TUTORIAL_SETTINGS } from '@softreg/trainer';
import type { BackendFlags } from '../backend.js';
import { isDatasetFile } from '../data/entries.js';
import type { SplitFlags } from '../split-sets.js';
import { UsageError } from '../usage-error.js';

/** The flags of `train` that decide how the run goes. */
export interface RunFlags extends SplitFlags, BackendFlags, Partial<Record<SettingName, unknown>> {
  readonly pixelScale?: number;
}

/** What a run is: kept in its folder, and in its checkpoint, where a resumed run must find the same. */
export interface RunConfig {
  readonly version: string;
  readonly dataset: string;
  /** Absolute path of the file that describes or holds the set, where it is known by no name. */
  readonly entry?: string;
  readonly sha256: Dataset['sha256'];
  /** Whether images are read as they are needed: orders are others then. */
  readonly stream?: true;
  readonly pixelScale: number;
  readonly backend: string;
  readonly settings: RunSettings;
}

/** Whether a value that was read looks like one: its settings are for the trainer to check. */
export function isRunConfig(value: unknown): value is RunConfig {
  const { settings, dataset, sha256, backend, pixelScale } = (value ?? {}) as Partial<RunConfig>;
  return (
    typeof settings === 'object' &&
    settings !== null &&
    typeof sha256 === 'object' &&
    sha256 !== null &&
    typeof dataset === 'string' &&
    typeof backend === 'string' &&
    typeof pixelScale === 'number'
  );
}

type SettingName = keyof RunSettings;

const SETTING_FLAGS = {
  learningRate: '--learning-rate',
  batchSize: '--batch-size',
  epochs: '--epochs',
  patience: '--patience',
  patienceIncrease: '--patience-increase',
  improvementThreshold: '--improvement-threshold',
  validationFrequency: '--validation-frequency',
  optimizer: '--optimizer',
  momentum: '--momentum',
  beta1: '--beta1',
  beta2: '--beta2',
  epsilon: '--epsilon',
  l2: '--l2',
  penalizeBias: '--penalize-bias',
  clipNorm: '--clip-norm',
  schedule: '--schedule',
  decayIterations: '--decay-iterations',
  decayFactor: '--decay-factor',
  finalLearningRate: '--final-learning-rate',
  stopping: '--stopping',
  staleValidations: '--stale-validations',
  minDelta: '--min-delta',
  shuffle: '--shuffle',
  seed: '--seed',
} as const satisfies Record<SettingName, string>;

/**
 * The settings that the flags give: what is not given is the tutorial's, or in a resumed run that of the checkpoint.
 *
 * @throws UsageError, TrainingError
 */
export function settingsOf(flags: RunFlags, resumed: RunConfig | undefined): RunSettings {
  const given = Object.keys(SETTING_FLAGS).filter(
    (name) => flags[name as keyof RunFlags] !== undefined,
  );
  const settings = {
    ...(resumed?.settings ?? TUTORIAL_SETTINGS),
    ...Object.fromEntries(given.map((name) => [name, flags[name as keyof RunFlags]])),
  } as RunSettings;
  checkSettings(settings);
  for (const name of given as SettingName[]) {
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

/**
 * What the run is on: a name, or the path of a file that describes or holds the set, which may have moved since.
 *
 * @throws UsageError
 */
export function datasetNameOf({ dataset }: RunFlags, resumed: RunConfig | undefined): string {
  const name = dataset ?? resumed?.entry ?? resumed?.dataset ?? 'mnist';
  if (resumed && !isDatasetFile(name)) refuseChange('--dataset', resumed.dataset, name);
  return name;
}

/** What a run keeps of the file that describes or holds its set, if there is one. */
export function entryField(name: string): Pick<RunConfig, 'entry'> {
  return isDatasetFile(name) ? { entry: resolve(name) } : {};
}

/**
 * Whether images are read as they are needed, where flags or the run to resume say so.
 *
 * @throws UsageError
 */
export function streamOf(
  { stream }: RunFlags,
  resumed: RunConfig | undefined,
): Pick<RunFlags, 'stream'> {
  if (resumed === undefined) return stream === undefined ? {} : { stream };
  if (stream === true && resumed.stream !== true) {
    throw new UsageError(
      '--stream: expected a run that read its images as they were needed, found one that had them in memory; ' +
        'leave the flag away, or start a new run',
    );
  }
  return { stream: resumed.stream === true };
}

/** @throws UsageError for a setting that is not that of the run to resume */
export function refuseChange(flag: string, before: unknown, now: unknown): void {
  if (before === now) return;
  throw new UsageError(
    `${flag}: expected ${before}, as in the run to resume, found ${now}; ` +
      'leave the flag away, or start a new run',
  );
}
