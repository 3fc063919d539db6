import { join } from 'node:path';
import { makeWritableFolder } from '@softreg/serialization/node';
import {
  findLearningRate,
  type LearningRateSuggestion,
  type RangeTestPoint,
  suggestLearningRate,
} from '@softreg/trainer';
import { openBackend } from '../backend.js';
import { datasetOf, mnistOrDigits } from '../dataset.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { shellWord } from '../format.js';
import { type Io, printLine } from '../io.js';
import { splitSetsOf } from '../split-sets.js';
import { saveText } from '../sweep/folder.js';
import { rangeTestCsv, rangeTestPlot } from '../sweep/range-test-output.js';
import { examplesOfSets } from '../sweep/train-setting.js';
import { pixelScaleOf, type RunFlags, settingsOf } from '../train/run-config.js';

export interface FindLearningRateFlags extends RunFlags {
  readonly from?: number;
  readonly to?: number;
  readonly steps?: number;
  readonly out?: string;
}

/** `softreg find-learning-rate` */
export async function findLearningRateCommand(
  flags: FindLearningRateFlags,
  io: Io,
): Promise<ExitCode> {
  const settings = settingsOf(flags, undefined);
  const pixelScale = pixelScaleOf(flags, undefined);
  const engine = await openBackend(flags);
  try {
    const open = flags.dataset === undefined ? mnistOrDigits : datasetOf;
    const sets = await splitSetsOf(flags, io, open);
    try {
      const { from, to, steps, out = 'learning-rate' } = flags;
      const signal = io.handleInterrupts();
      const data = examplesOfSets(sets, pixelScale);
      const test = findLearningRate({
        ...{ engine, data, settings, signal },
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        ...(steps !== undefined && { steps }),
      });
      await makeWritableFolder(out);
      const points: RangeTestPoint[] = [];
      for await (const point of test) {
        points.push(point);
        if (flags.json) printLine(io.stdout, JSON.stringify({ event: 'step', ...point }));
      }
      if (signal.aborted) return EXIT.interrupted;
      const suggestion = suggestLearningRate(points);
      await saveText(join(out, 'learning-rate.csv'), rangeTestCsv(points));
      await saveText(join(out, 'learning-rate.svg'), rangeTestPlot(sets.name, points, suggestion));
      print(points, suggestion, out, flags, io);
      return EXIT.done;
    } finally {
      await sets.close();
    }
  } finally {
    engine.close();
  }
}

function print(
  points: readonly RangeTestPoint[],
  suggestion: LearningRateSuggestion | undefined,
  out: string,
  { json, quiet }: FindLearningRateFlags,
  io: Io,
): void {
  const { steepest = null, tenthOfMinimum = null } = suggestion ?? {};
  if (json) {
    const done = { event: 'done', steps: points.length, suggested: steepest, tenthOfMinimum };
    printLine(io.stdout, JSON.stringify(done));
  } else if (suggestion === undefined) {
    printLine(io.stdout, 'no suggestion: the loss never fell; try a larger --to, or more --steps');
  } else {
    printLine(
      io.stdout,
      `suggested learning rate  ${short(suggestion.steepest)}, where the smoothed loss falls fastest`,
    );
    printLine(
      io.stdout,
      `a tenth of the minimum   ${short(suggestion.tenthOfMinimum)}, a tenth of the rate of the lowest smoothed loss`,
    );
  }
  if (!quiet) {
    const next = suggestion
      ? `; try: softreg train --learning-rate ${short(suggestion.steepest)}`
      : '';
    printLine(
      io.stderr,
      `${points.length} steps; saved learning-rate.csv and learning-rate.svg in ${shellWord(out)}${next}`,
    );
  }
}

function short(learningRate: number): string {
  return String(Number(learningRate.toPrecision(3)));
}
