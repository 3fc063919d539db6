import type { LearningRateSuggestion, RangeTestPoint } from '@softreg/trainer';
import { lineChart } from './chart/line-chart.js';

/** Comma-separated values with a line of names. */
export function rangeTestCsv(points: readonly RangeTestPoint[]): string {
  const rows = points.map(({ step, learningRate, loss, smoothedLoss }) =>
    [step, learningRate, loss, smoothedLoss].join(','),
  );
  return ['step,learning_rate,loss,smoothed_loss', ...rows].map((row) => `${row}\n`).join('');
}

/** Loss against learning rate as the text of an SVG file; losses that are not finite or beyond the smoothed one's end are left out. */
export function rangeTestPlot(
  dataset: string,
  points: readonly RangeTestPoint[],
  suggestion: LearningRateSuggestion | undefined,
): string {
  const finite = points.filter(({ smoothedLoss }) => Number.isFinite(smoothedLoss));
  const most = Math.max(...finite.map(({ smoothedLoss }) => smoothedLoss));
  const shown = finite.filter(({ loss }) => loss <= most);
  return lineChart({
    title: 'Learning-rate range test',
    subtitle: `${dataset}, ${points.length} minibatches`,
    xTitle: 'learning rate (logarithmic axis)',
    yTitle: 'loss before the step (nats)',
    series: [
      { name: 'smoothed loss', points: finite.map((p) => [p.learningRate, p.smoothedLoss]) },
      { name: 'loss', points: shown.map((p) => [p.learningRate, p.loss]) },
    ],
    marks: suggestion
      ? [
          { x: suggestion.steepest, name: 'steepest descent' },
          { x: suggestion.tenthOfMinimum, name: 'a tenth of the minimum' },
        ]
      : [],
  });
}
