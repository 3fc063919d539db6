import { closeSync, openSync, writeSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SoftmaxRegression } from '@softreg/model';
import { SerializationError } from '@softreg/serialization';
import {
  readCheckpoint,
  writeCheckpoint,
  writeModel,
  writeWhole,
} from '@softreg/serialization/node';
import { packState, type TrainingState, unpackState } from '@softreg/trainer';
import type { Metric } from './metrics.js';
import { isRunConfig, type RunConfig } from './run-config.js';

export const CHECKPOINT_FILE = 'checkpoint.safetensors';
const MODEL_FILE = 'best.safetensors';
const CONFIG_FILE = 'config.json';
const METRICS_FILE = 'metrics.ndjson';

/** What the run was started with, for people to read: a checkpoint holds it too. */
export async function saveConfig(folder: string, config: RunConfig): Promise<void> {
  await writeText(join(folder, CONFIG_FILE), `${JSON.stringify(config, undefined, 2)}\n`);
}

/** Writes all that is needed to go on with the run, whose metrics are to be there before. */
export async function saveCheckpoint(
  folder: string,
  config: RunConfig,
  state: TrainingState,
): Promise<void> {
  await writeCheckpoint(join(folder, CHECKPOINT_FILE), {
    ...packState(state),
    config: JSON.stringify(config),
  });
}

export async function saveMetrics(folder: string, metrics: readonly Metric[]): Promise<void> {
  await writeText(join(folder, METRICS_FILE), linesOf(metrics));
}

/** Adds to what {@link saveMetrics} wrote, at once and without a flush: a line that a kill cuts off comes again. @throws SerializationError */
export function appendMetrics(folder: string, metrics: readonly Metric[]): void {
  const path = join(folder, METRICS_FILE);
  let rest: Uint8Array = new TextEncoder().encode(linesOf(metrics));
  try {
    const file = openSync(path, 'a');
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(file, rest));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new SerializationError({
      code: 'FILE_WRITE_FAILED',
      subject: path,
      expected: `to write into ${folder}`,
      found: (error as Error).message,
      advice: 'make room or choose another place; the checkpoint is still whole',
      cause: error,
    });
  }
}

function linesOf(metrics: readonly Metric[]): string {
  return metrics.map((metric) => `${JSON.stringify(metric)}\n`).join('');
}

async function writeText(path: string, text: string): Promise<void> {
  await writeWhole(path, new TextEncoder().encode(text));
}

/** Writes the best model of the run. @returns its path */
export async function saveModel(folder: string, model: SoftmaxRegression): Promise<string> {
  const path = modelFileOf(folder);
  await writeModel(path, model);
  return path;
}

/** Where the best model of the run is. */
export function modelFileOf(folder: string): string {
  return join(folder, MODEL_FILE);
}

export interface SavedRun {
  readonly folder: string;
  readonly config: RunConfig;
  readonly state: TrainingState;
  readonly metrics: readonly Metric[];
}

/**
 * Reads what {@link saveCheckpoint} and {@link saveMetrics} wrote.
 *
 * @param path the run folder, or its checkpoint
 * @throws SerializationError, TrainingError
 */
export async function readRun(path: string): Promise<SavedRun> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const folder = isFolder ? path : join(path, '..');
  const file = isFolder ? join(path, CHECKPOINT_FILE) : path;
  const checkpoint = await readCheckpoint(file);
  return {
    folder,
    config: parseConfig(file, checkpoint.config),
    state: unpackState(checkpoint),
    metrics: await readMetrics(join(folder, METRICS_FILE)),
  };
}

/** The file's seal has been checked: what is in it is what we wrote, but maybe a future release did. */
function parseConfig(file: string, text: string): RunConfig {
  try {
    const config: unknown = JSON.parse(text);
    if (isRunConfig(config)) return config;
  } catch {
    // Reported below.
  }
  throw new SerializationError({
    code: 'FILE_NOT_A_CHECKPOINT',
    subject: `${file}, config`,
    expected: 'the settings of a run',
    found: text.slice(0, 80),
  });
}

/** Lines that cannot be read are left out: the metrics are for people, and nothing depends on them. */
async function readMetrics(path: string): Promise<Metric[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as Metric];
    } catch {
      return [];
    }
  });
}
