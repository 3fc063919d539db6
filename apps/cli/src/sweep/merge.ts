import { isDeepStrictEqual } from 'node:util';
import { SerializationError } from '@softreg/serialization';
import type { Shard } from '@softreg/trainer';
import { shellWord } from '../format.js';
import { UsageError } from '../usage-error.js';
import { commandOf, flagOf } from './command-of.js';
import { ownSettings, type SweepConfig, settingsOfSweep } from './config.js';
import { readSetting, type SavedSweep } from './folder.js';
import { type SettingResult, sameResult } from './result.js';

/** A result, and the folder that it came from. */
export interface MergedResult {
  readonly result: SettingResult;
  readonly folder: string;
}

/** What all shards are parts of. */
export function wholeConfig({ shard: _, ...config }: SweepConfig): SweepConfig {
  return config;
}

/**
 * Joins the results of shards, in the order of the grid.
 *
 * @throws UsageError for shards of different sweeps; SerializationError FILE_INVALID_CONTENT for two results of one setting that
 * disagree, FILE_MISSING for settings without a result
 */
export async function mergeSweeps(sweeps: readonly SavedSweep[]): Promise<MergedResult[]> {
  for (const sweep of sweeps.slice(1)) refuseOther(sweeps[0] as SavedSweep, sweep);
  const merged = new Map<number, MergedResult>();
  for (const { folder, results } of sweeps) {
    for (const result of results) {
      const known = merged.get(result.setting);
      if (known) await refuseDisagreement(known, { result, folder });
      else merged.set(result.setting, { result, folder });
    }
  }
  const all = settingsOfSweep((sweeps[0] as SavedSweep).config);
  const missing = all.map(({ setting }) => setting).filter((setting) => !merged.has(setting));
  if (missing.length > 0) throw missingSettings(sweeps, missing);
  return all.map(({ setting }) => merged.get(setting) as MergedResult);
}

function refuseOther(first: SavedSweep, other: SavedSweep): void {
  const [expected, found] = [fieldsOf(first.config), fieldsOf(other.config)];
  for (const name of new Set([...expected.keys(), ...found.keys()])) {
    if (expected.get(name) === found.get(name)) continue;
    throw new UsageError(
      `${other.folder}: expected ${name} ${expected.get(name)}, as in ${first.folder}, ` +
        `found ${found.get(name)}; merge shards of one sweep`,
    );
  }
}

/** All that two shards of a sweep have the same, by the names that a user knows. */
function fieldsOf(config: SweepConfig): Map<string, string> {
  const { dataset, sha256, pixelScale, backend, stream = false, axes, settings } = config;
  const entries = (group: object, nameOf: (name: string) => string) =>
    Object.entries(group).map(([name, value]) => [nameOf(name), String(value)] as const);
  return new Map([
    ...entries({ dataset }, flagOf),
    ...entries(sha256, (part) => `SHA-256 of ${part}`),
    ...entries({ pixelScale, backend, stream, ...settings, ...axes }, flagOf),
  ]);
}

async function refuseDisagreement(a: MergedResult, b: MergedResult): Promise<void> {
  const same = sameResult(a.result, b.result) && (await sameModel(a, b));
  if (same) return;
  throw new SerializationError({
    code: 'FILE_INVALID_CONTENT',
    subject: `${b.folder}, setting ${b.result.setting}`,
    expected: `the same result as in ${a.folder}`,
    found: 'another one',
    advice: 'leave out the folder that is wrong',
  });
}

/** Receipts may differ: they name the machine. */
async function sameModel(a: MergedResult, b: MergedResult): Promise<boolean> {
  const [left, right] = await Promise.all([a, b].map((one) => readSetting(one.folder, one.result)));
  return isDeepStrictEqual(left?.kept?.model, right?.kept?.model);
}

function missingSettings(
  sweeps: readonly SavedSweep[],
  missing: readonly number[],
): SerializationError {
  const shown = missing.slice(0, 10).join(', ');
  const more = missing.length > 10 ? ` and ${missing.length - 10} more` : '';
  return new SerializationError({
    code: 'FILE_MISSING',
    subject: `setting${missing.length === 1 ? '' : 's'} ${shown}${more} of the sweep`,
    expected: 'a result in one of the folders',
    found: 'none',
    advice: `run: ${[...new Set(missing.map((setting) => commandFor(sweeps, setting)))].join(' && ')}`,
  });
}

/** What brings the result of a setting: to go on with the folder that it belongs to, or to run its shard. */
function commandFor(sweeps: readonly SavedSweep[], setting: number): string {
  const owner = sweeps.find(({ config }) =>
    ownSettings(config).some((own) => own.setting === setting),
  );
  if (owner) return `softreg sweep --resume ${shellWord(owner.folder)}`;
  const { config } = sweeps[0] as SavedSweep;
  // No folder has it, so that all are of shards.
  const { count } = config.shard as Shard;
  return commandOf(config, { number: ((setting - 1) % count) + 1, count });
}
