import { join } from 'node:path';
import { SerializationError } from '@softreg/serialization';
import { makeWritableFolder, readModel, readWhole, writeWhole } from '@softreg/serialization/node';
import { shellWord } from '../format.js';
import { readReceipt, writeReceipt } from '../train/receipt.js';
import { isRunConfig } from '../train/run-config.js';
import { modelFileOf, saveModel } from '../train/run-folder.js';
import { UsageError } from '../usage-error.js';
import { ownSettings, type SweepConfig, type SweepSetting } from './config.js';
import { parseResult, type SettingResult } from './result.js';
import type { TrainedSetting } from './train-setting.js';

const CONFIG_FILE = 'sweep.json';
const RESULT_FILE = 'result.json';

/** What is in the folder of a sweep. */
export interface SavedSweep {
  readonly folder: string;
  readonly config: SweepConfig;
  /** Of the settings that have ended, in the order of the grid. */
  readonly results: readonly SettingResult[];
}

/** @throws UsageError if a sweep is there already */
export async function refuseUsedFolder(folder: string): Promise<void> {
  const path = join(folder, CONFIG_FILE);
  if ((await readIfThere(path)) === undefined) return;
  throw new UsageError(
    `--out: expected a folder without a sweep, found ${path}; ` +
      `go on with: softreg sweep --resume ${shellWord(folder)}, or name another folder`,
  );
}

/** @throws SerializationError FILE_WRITE_FAILED */
export async function saveConfig(folder: string, config: SweepConfig): Promise<void> {
  await saveText(join(folder, CONFIG_FILE), `${JSON.stringify(config, undefined, 2)}\n`);
}

/**
 * Keeps what came of a setting in a folder of its own, which is a run folder without a checkpoint. The result comes last: where it
 * is, all is.
 *
 * @throws SerializationError FILE_WRITE_FAILED
 */
export async function saveSetting(folder: string, trained: TrainedSetting): Promise<void> {
  const { result, kept } = trained;
  const own = settingFolder(folder, result.setting);
  await makeWritableFolder(own);
  if (kept) await saveRunFiles(own, kept);
  await saveText(join(own, RESULT_FILE), `${JSON.stringify(result)}\n`);
}

/** Writes model and receipt as `train` does. @returns the path of the model */
export async function saveRunFiles(
  folder: string,
  { model, receipt }: NonNullable<TrainedSetting['kept']>,
): Promise<string> {
  await writeReceipt(folder, receipt);
  return saveModel(folder, model);
}

/**
 * Reads the model and the receipt of a setting, if it has them.
 *
 * @throws SerializationError naming the file
 */
export async function readSetting(folder: string, result: SettingResult): Promise<TrainedSetting> {
  if (result.full === null) return { result, kept: undefined };
  const own = settingFolder(folder, result.setting);
  const model = await readModel(modelFileOf(own));
  return { result, kept: { model, receipt: await readReceipt(own) } };
}

export async function saveText(path: string, text: string): Promise<void> {
  await writeWhole(path, new TextEncoder().encode(text));
}

/**
 * Reads what a sweep has written until now.
 *
 * @throws SerializationError FILE_MISSING, FILE_UNREADABLE, FILE_INVALID_CONTENT
 */
export async function readSweep(folder: string): Promise<SavedSweep> {
  const config = parseConfig(join(folder, CONFIG_FILE), await readText(join(folder, CONFIG_FILE)));
  const results: SettingResult[] = [];
  for (const setting of ownSettings(config)) {
    const result = await readResult(folder, setting);
    if (result) results.push(result);
  }
  return { folder, config, results };
}

async function readResult(
  folder: string,
  setting: SweepSetting,
): Promise<SettingResult | undefined> {
  const path = join(settingFolder(folder, setting.setting), RESULT_FILE);
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  const result = parseResult(text, setting);
  if (result) return result;
  throw invalid(
    path,
    `the result of setting ${setting.setting} of the sweep`,
    text,
    'remove the file and resume the sweep',
  );
}

function settingFolder(folder: string, setting: number): string {
  return join(folder, 'settings', String(setting).padStart(5, '0'));
}

/** @throws SerializationError unless the text is what {@link saveConfig} writes, as far as the sweep depends on it */
function parseConfig(path: string, text: string): SweepConfig {
  try {
    const config: unknown = JSON.parse(text);
    if (isRunConfig(config)) {
      // Throws unless settings, axes and shard are good.
      ownSettings(config as SweepConfig);
      return config as SweepConfig;
    }
  } catch {
    // Reported below.
  }
  throw invalid(path, 'the settings of a sweep', text, 'start a new sweep');
}

async function readText(path: string): Promise<string> {
  return new TextDecoder().decode(await readWhole(path));
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readText(path);
  } catch (error) {
    if (SerializationError.isInstance(error) && error.code === 'FILE_MISSING') return undefined;
    throw error;
  }
}

function invalid(path: string, expected: string, text: string, advice: string): SerializationError {
  return new SerializationError({
    code: 'FILE_INVALID_CONTENT',
    subject: path,
    expected,
    found: text.trim().slice(0, 80) || 'an empty file',
    advice,
  });
}
