import type { ErrorCount, Scores } from '@softreg/model';
import type { RunSettings, StopEvent } from '@softreg/trainer';
import type { SweepSetting } from './config.js';

/** How one setting ended. The fields are those of the last event of `train --json`. */
export interface SettingResult {
  /** Place in the whole grid, from 1. */
  readonly setting: number;
  readonly learningRate: number;
  readonly batchSize: number;
  readonly l2: number;
  readonly reason: 'patience' | 'epochs' | 'diverged';
  readonly epochs: number;
  /** Of the best parameters, over whole minibatches; null for a run that diverged, as the two below. */
  readonly bestValidation: ErrorCount | null;
  readonly test: ErrorCount | null;
  /** Over all images. */
  readonly full: { readonly validation: ErrorCount; readonly test: ErrorCount } | null;
  /** Of training and scoring; the only field that another run of the same setting may have different. */
  readonly seconds: number;
}

/** @param seconds that it took */
export function resultOf(
  { setting, settings }: SweepSetting,
  { reason, epochs, state, scores }: StopEvent,
  seconds: number,
): SettingResult {
  if (reason === 'aborted') throw new Error('a run that was interrupted has no result');
  const best = reason === 'diverged' ? undefined : state.best;
  const full = (of: Scores) => of.full;
  return {
    setting,
    ...variedOf(settings),
    reason,
    epochs,
    bestValidation: best?.validation ?? null,
    test: best?.test ?? null,
    full: best && scores ? { validation: full(scores.validation), test: full(scores.test) } : null,
    seconds,
  };
}

/** What a sweep varies, of the settings of a run. */
export function variedOf({ learningRate, batchSize, l2 }: RunSettings) {
  return { learningRate, batchSize, l2 };
}

/** Whether two results say the same of a setting, but for the time. */
export function sameResult(a: SettingResult, b: SettingResult): boolean {
  const text = (result: SettingResult) => JSON.stringify({ ...result, seconds: 0 });
  return text(a) === text(b);
}

/** Reads what was written of a setting; undefined if it is something else, or of another setting. */
export function parseResult(text: string, expected: SweepSetting): SettingResult | undefined {
  try {
    const { setting, learningRate, batchSize, l2, reason, epochs, ...rest } = JSON.parse(text);
    const { bestValidation, test, full, seconds } = rest;
    const found = { setting, learningRate, batchSize, l2 };
    const wanted = { setting: expected.setting, ...variedOf(expected.settings) };
    const diverged = reason === 'diverged';
    const isWhole =
      JSON.stringify(found) === JSON.stringify(wanted) &&
      ['patience', 'epochs', 'diverged'].includes(reason) &&
      isCount(epochs) &&
      typeof seconds === 'number' &&
      seconds >= 0 &&
      (diverged
        ? bestValidation === null && test === null && full === null
        : [bestValidation, test, full.validation, full.test].every(isErrorCount));
    if (!isWhole) return undefined;
    return { ...wanted, reason, epochs, bestValidation, test, full, seconds };
  } catch {
    return undefined;
  }
}

function isErrorCount(value: Partial<ErrorCount>): boolean {
  const { errors, count } = value;
  return (
    isCount(count) &&
    Number.isSafeInteger(errors) &&
    Number(errors) >= 0 &&
    Number(errors) <= Number(count)
  );
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) > 0;
}
