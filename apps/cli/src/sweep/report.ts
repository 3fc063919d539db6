import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Io, printLine } from '../io.js';
import type { CommonFlags } from '../options.js';
import type { SweepConfig } from './config.js';
import { readSetting, saveRunFiles, saveText } from './folder.js';
import { bestOf, type Outcome, ranked } from './outcome.js';
import { sweepPlot } from './plot.js';
import { sweepCsv, sweepJson, sweepTable } from './sweep-output.js';

const PLOT_FILE = 'validation-error.svg';

/**
 * Writes CSV, JSON and plot, and the best model with its receipt, to the sweep's folder, and prints what came of the settings.
 *
 * @throws SerializationError FILE_WRITE_FAILED, FILE_MISSING if the model of the best setting is gone
 */
export async function reportSweep(
  folder: string,
  config: SweepConfig,
  outcomes: readonly Outcome[],
  { json, quiet }: CommonFlags,
  io: Io,
): Promise<void> {
  const rows = ranked(outcomes);
  const best = bestOf(rows);
  const kept = best && (await readSetting(folder, best)).kept;
  const model = kept && (await saveRunFiles(folder, kept));
  const plot = sweepPlot(config, rows);
  await saveText(join(folder, 'results.csv'), sweepCsv(rows));
  await saveText(join(folder, 'results.ndjson'), sweepJson(rows));
  if (plot === undefined) await rm(join(folder, PLOT_FILE), { force: true });
  else await saveText(join(folder, PLOT_FILE), plot);
  if (json) {
    io.stdout.write(sweepJson(rows));
    printLine(io.stdout, JSON.stringify(doneEvent(rows, model)));
  } else {
    printLine(io.stdout, sweepTable(rows));
  }
  if (quiet) return;
  const saved = best
    ? `saved ${model}, of setting ${best.setting}`
    : 'no setting ended with a model';
  const also = plot === undefined ? 'results.csv' : `results.csv and ${PLOT_FILE}`;
  printLine(io.stderr, `${saved}; ${also} are in ${folder}`);
}

function doneEvent(rows: readonly Outcome[], model: string | undefined) {
  const failed = rows.filter(({ reason }) => reason === 'failed').length;
  return {
    event: 'done',
    settings: rows.length,
    failed,
    best: bestOf(rows)?.setting ?? null,
    model: model ?? null,
  };
}
