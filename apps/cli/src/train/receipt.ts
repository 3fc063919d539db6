import { join } from 'node:path';
import type { Engine } from '@softreg/backend';
import { SerializationError } from '@softreg/serialization';
import { readWhole, writeWhole } from '@softreg/serialization/node';
import { checkSettings, type StopEvent, type StopReason, TrainingError } from '@softreg/trainer';
import type { Metric } from './metrics.js';
import { parametersHash } from './parameters-hash.js';
import { isRunConfig, type RunConfig } from './run-config.js';

export const RECEIPT_FILE = 'receipt.json';
/** A run of 100,000 epochs has one of 15 MB. */
const MAX_BYTES = 64 * 2 ** 20;

/** What a run computed, and with what: enough to train it again, and to say from where on it comes out different. */
export interface Receipt {
  readonly config: RunConfig;
  readonly machine: { readonly node: string; readonly system: string };
  /** Those that the run computed on, one after the other, since it was last resumed. */
  readonly engines: readonly ReceiptEngine[];
  /** The order of the images in an epoch. */
  readonly order: string;
  /** SHA-256 of the parameters after each whole epoch, as far as they are known. */
  readonly epochs: readonly { readonly epoch: number; readonly parameters: string }[];
  readonly end: ReceiptEnd;
}

export type ReceiptEngine = Pick<Engine, 'backend' | 'description' | 'device'>;

export interface ReceiptEnd {
  readonly reason: StopReason;
  /** Minibatches, over all epochs. */
  readonly iterations: number;
  /** A run that is interrupted in the middle of one leaves it to the run that goes on. */
  readonly validations: number;
  /** SHA-256 of the last parameters. */
  readonly parameters: string;
  /** SHA-256 of the best parameters; null if there were none. */
  readonly best: string | null;
}

export function receiptOf(
  config: RunConfig,
  engines: readonly ReceiptEngine[],
  metrics: readonly Metric[],
  stop: StopEvent,
): Receipt {
  return {
    config,
    machine: { node: process.version, system: `${process.platform} ${process.arch}` },
    engines: engines.map(({ backend, description, device }) => ({ backend, description, device })),
    order: orderText(config),
    epochs: metrics.flatMap((metric) =>
      metric.event === 'epoch' && metric.parameters !== undefined
        ? [{ epoch: metric.epoch, parameters: metric.parameters }]
        : [],
    ),
    end: endOf(stop),
  };
}

export function endOf({ reason, state }: StopEvent): ReceiptEnd {
  return {
    reason,
    iterations: state.iterations,
    validations: state.history.length,
    parameters: parametersHash(state.parameters),
    best: state.best ? parametersHash(state.best.parameters) : null,
  };
}

function orderText({ settings, stream }: RunConfig): string {
  if (!settings.shuffle) return 'of the files';
  const within = stream ? ', within windows' : '';
  return `random, new in each epoch${within}, by seed ${settings.seed}`;
}

export async function writeReceipt(folder: string, receipt: Receipt): Promise<void> {
  const text = `${JSON.stringify(receipt, undefined, 2)}\n`;
  await writeWhole(join(folder, RECEIPT_FILE), new TextEncoder().encode(text));
}

/**
 * @param folder of a run
 * @throws SerializationError FILE_MISSING, FILE_UNREADABLE, FILE_TOO_LARGE, FILE_INVALID_CONTENT
 */
export async function readReceipt(folder: string): Promise<Receipt> {
  const path = join(folder, RECEIPT_FILE);
  const bytes = await readWhole(path).catch((error: unknown) => {
    throw missingReceipt(error, folder) ?? error;
  });
  if (bytes.length > MAX_BYTES) throw refused('FILE_TOO_LARGE', path, `${bytes.length} bytes`);
  const text = new TextDecoder().decode(bytes);
  const receipt = parse(text);
  if (!isReceipt(receipt)) throw refused('FILE_INVALID_CONTENT', path, text.slice(0, 80));
  try {
    checkSettings(receipt.config.settings);
  } catch (error) {
    if (!TrainingError.isInstance(error)) throw error;
    throw refused('FILE_INVALID_CONTENT', path, `a ${error.subject} of ${error.found}`);
  }
  return receipt;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function missingReceipt(error: unknown, folder: string): SerializationError | undefined {
  if (!SerializationError.isInstance(error) || error.code !== 'FILE_MISSING') return undefined;
  const { code, subject, expected, found } = error;
  const advice = `it is written when a run ends: go on with softreg train --resume ${folder}`;
  return new SerializationError({ code, subject, expected, found, advice, cause: error });
}

function refused(
  code: 'FILE_TOO_LARGE' | 'FILE_INVALID_CONTENT',
  subject: string,
  found: string,
): SerializationError {
  const expected = `the receipt of a run, of at most ${MAX_BYTES} bytes`;
  return new SerializationError({ code, subject, expected, found });
}

function isReceipt(value: unknown): value is Receipt {
  const { config, engines, epochs, end } = (value ?? {}) as Partial<Receipt>;
  return (
    isRunConfig(config) &&
    Array.isArray(engines) &&
    engines.length > 0 &&
    engines.every((engine) => typeof engine?.description === 'string') &&
    Array.isArray(epochs) &&
    epochs.every((each) => Number.isSafeInteger(each?.epoch) && isHash(each.parameters)) &&
    Number.isSafeInteger(end?.iterations) &&
    Number.isSafeInteger(end?.validations) &&
    isHash(end?.parameters) &&
    (end?.best === null || isHash(end?.best))
  );
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}
