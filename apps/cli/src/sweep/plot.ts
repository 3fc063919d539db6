import { grouped } from '../format.js';
import { lineChart, type Series } from './chart/line-chart.js';
import type { SweepConfig } from './config.js';
import type { Outcome } from './outcome.js';

/**
 * Validation error over all images against the learning rate, one line for each batch size and penalty, as the text of an SVG file.
 * Settings without a score are counted, not drawn. Undefined if none has a score.
 *
 * @param outcomes in any order
 */
export function sweepPlot(config: SweepConfig, outcomes: readonly Outcome[]): string | undefined {
  const lines = new Map<string, [x: number, y: number][]>();
  let without = 0;
  for (const outcome of [...outcomes].sort(byLine)) {
    const { batchSize, l2, learningRate } = outcome;
    const score = outcome.reason === 'failed' ? undefined : outcome.full?.validation;
    if (score === undefined) {
      without += 1;
      continue;
    }
    const name = `batch size ${grouped(batchSize)}, l2 ${l2}`;
    const points = lines.get(name) ?? [];
    points.push([learningRate, (100 * score.errors) / score.count]);
    lines.set(name, points);
  }
  const series: Series[] = [...lines].map(([name, points]) => ({ name, points }));
  if (series.length === 0) return undefined;
  const { dataset, settings } = config;
  const rest = without === 0 ? '' : `; ${without} without a score left out`;
  return lineChart({
    title: 'Validation error by learning rate',
    subtitle: `${dataset}, ${settings.optimizer}, best of each of ${grouped(outcomes.length)} settings${rest}`,
    xTitle: 'learning rate (logarithmic axis)',
    yTitle: 'validation error, all images (%)',
    series,
  });
}

function byLine(a: Outcome, b: Outcome): number {
  return a.batchSize - b.batchSize || a.l2 - b.l2 || a.learningRate - b.learningRate;
}
