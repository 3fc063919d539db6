import type { ErrorCount } from '@softreg/model';
import { percent, table } from '../format.js';
import type { Outcome } from './outcome.js';
import type { SettingResult } from './result.js';

const HEADS = [
  ...['setting', 'learning rate', 'batch size', 'l2', 'validation', 'test'],
  ...["tutorial's validation", "tutorial's test", 'epochs', 'stopped by', 'seconds'],
];
const TEXT_COLUMNS = [9];

/** What came of each setting, in the order given. Seconds come last: nothing else differs between two sweeps that are the same. */
export function sweepTable(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => {
    const { setting, learningRate, batchSize, l2, reason } = outcome;
    const place = [setting, learningRate, batchSize, l2].map(String);
    if (outcome.reason === 'failed') return [...place, ...'-----'.split(''), reason, '-'];
    const { full, bestValidation, test, epochs, seconds } = outcome;
    const scores = [full?.validation, full?.test, bestValidation, test].map(rateText);
    return [...place, ...scores, String(epochs), reason, seconds.toFixed(1)];
  });
  return table([HEADS, ...rows], TEXT_COLUMNS);
}

function rateText(score: ErrorCount | null | undefined): string {
  return score ? percent(score) : '-';
}

/** One JSON object a line, in the order given; the fields are those of the last event of `train --json`. */
export function sweepJson(outcomes: readonly Outcome[]): string {
  return outcomes
    .map((outcome, i) => `${JSON.stringify({ event: 'setting', rank: i + 1, ...outcome })}\n`)
    .join('');
}

const COLUMNS = [
  ...['rank', 'setting', 'learning_rate', 'batch_size', 'l2', 'reason', 'epochs'],
  ...['validation_errors', 'validation_count', 'test_errors', 'test_count'],
  ...['minibatch_validation_errors', 'minibatch_validation_count'],
  ...['minibatch_test_errors', 'minibatch_test_count', 'seconds'],
];

/** Comma-separated values with a line of names; empty where there is no score. */
export function sweepCsv(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome, i) => {
    const { setting, learningRate, batchSize, l2, reason } = outcome;
    const rest = outcome.reason === 'failed' ? Array(10).fill('') : scoreCells(outcome);
    return [i + 1, setting, learningRate, batchSize, l2, reason, ...rest];
  });
  return [COLUMNS, ...rows].map((row) => `${row.join(',')}\n`).join('');
}

function scoreCells({ epochs, full, bestValidation, test, seconds }: SettingResult) {
  const scores = [full?.validation, full?.test, bestValidation, test];
  return [epochs, ...scores.flatMap((score) => [score?.errors, score?.count]), seconds];
}
