import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { type ThemeColors, themeColors } from '../ui/theme-colors.js';
import type { Line } from './curve-history.js';
import { type Paced, pace } from './pace.js';
import { valueRange } from './ranges.js';

const HEIGHT = 200;
const REDRAW_EVERY_MS = 100;

export interface LineStyle {
  readonly color: keyof ThemeColors;
  readonly look: 'solid' | 'dashed' | 'dotted' | 'dots';
}

export interface ChartProps {
  /** What the picture shows, for those who do not see it. */
  readonly description: string;
  /** In the order of `lines`; the same object each time. */
  readonly styles: readonly LineStyle[];
  /** Of which a chart has always as many. */
  readonly lines: readonly Line[];
  /** End of the axis of epochs, which begins at 0. */
  readonly end: number;
  /** A place to circle. */
  readonly best?: { readonly at: number; readonly value: number } | undefined;
  /** A place in epochs to draw a line at, if it is within the axis. */
  readonly limit?: number | undefined;
}

type Drawn = Pick<ChartProps, 'lines' | 'end' | 'best' | 'limit'>;

/** Lines over epochs. It is drawn at most ten times a second. */
export function Chart({ description, styles, lines, end, best, limit }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn>({ lines, end, best, limit });
  const redraw = useRef<Paced | null>(null);
  const colors = themeColors.value;
  useLayoutEffect(() => {
    const parent = place.current as HTMLDivElement;
    const plot = new uPlot(
      optionsOf(parent.clientWidth, styles, colors, drawn),
      dataOf(drawn.current.lines),
      parent,
    );
    redraw.current = pace(() => plot.setData(dataOf(drawn.current.lines)), REDRAW_EVERY_MS);
    const sizes = new ResizeObserver(() => {
      plot.setSize({ width: parent.clientWidth, height: HEIGHT });
    });
    sizes.observe(parent);
    return () => {
      sizes.disconnect();
      redraw.current?.cancel();
      plot.destroy();
    };
  }, [styles, colors]);
  useEffect(() => {
    drawn.current = { lines, end, best, limit };
    redraw.current?.ask();
  }, [...lines, end, best?.at, best?.value, limit]);
  return <div ref={place} class="chart" role="img" aria-label={description} />;
}

function dataOf(lines: readonly Line[]): uPlot.AlignedData {
  // With a place of its own for each point of each line, which the types of uPlot do not know.
  return [null, ...lines.map(({ at, values }) => [at, values])] as unknown as uPlot.AlignedData;
}

function optionsOf(
  width: number,
  styles: readonly LineStyle[],
  colors: ThemeColors,
  drawn: { readonly current: Drawn },
): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: colors.quiet,
    grid: { stroke: colors.line, width: 1 },
    ticks: { stroke: colors.line, width: 1 },
    font: '12px system-ui, sans-serif',
  };
  return {
    mode: 2,
    width,
    height: HEIGHT,
    padding: [10, 18, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: () => [0, drawn.current.end] },
      y: { range: () => [...valueRange(drawn.current.lines)] },
    },
    axes: [
      { ...axis, size: 28 },
      { ...axis, size: 48 },
    ],
    series: [{}, ...styles.map((style) => seriesOf(style, colors))],
    hooks: { draw: [(plot) => drawMarks(plot, drawn.current, colors)] },
  };
}

const DASHES = { solid: [], dashed: [8, 4], dotted: [2, 4], dots: [] };

function seriesOf({ color, look }: LineStyle, colors: ThemeColors): uPlot.Series {
  const isDots = look === 'dots';
  return {
    stroke: colors[color],
    width: isDots ? 0 : 2,
    dash: DASHES[look],
    points: { show: false },
    paths: isDots ? dots : (uPlot.paths.linear?.() ?? null),
    facets: [
      { scale: 'x', auto: true },
      { scale: 'y', auto: true },
    ],
  } as uPlot.Series;
}

function dots(plot: uPlot, index: number): null {
  const [at, values] = plot.data[index] as unknown as [Float64Array, Float64Array];
  const { ctx } = plot;
  ctx.save();
  clip(plot);
  const { stroke } = plot.series[index] as uPlot.Series;
  ctx.fillStyle = typeof stroke === 'function' ? (stroke(plot, index) as string) : (stroke ?? '');
  ctx.beginPath();
  for (const [i, x] of at.entries()) {
    const left = plot.valToPos(x, 'x', true);
    const top = plot.valToPos(values[i] as number, 'y', true);
    ctx.rect(
      left - 2 * uPlot.pxRatio,
      top - 2 * uPlot.pxRatio,
      4 * uPlot.pxRatio,
      4 * uPlot.pxRatio,
    );
  }
  ctx.fill();
  ctx.restore();
  return null;
}

function drawMarks(plot: uPlot, { best, limit }: Drawn, colors: ThemeColors): void {
  const { ctx, bbox } = plot;
  ctx.save();
  clip(plot);
  ctx.lineWidth = 2 * uPlot.pxRatio;
  if (best) {
    ctx.strokeStyle = colors.good;
    ctx.setLineDash([]);
    ctx.beginPath();
    const left = plot.valToPos(best.at, 'x', true);
    ctx.arc(left, plot.valToPos(best.value, 'y', true), 6 * uPlot.pxRatio, 0, 2 * Math.PI);
    ctx.stroke();
  }
  if (limit !== undefined) {
    ctx.strokeStyle = colors.quiet;
    ctx.setLineDash([6 * uPlot.pxRatio, 6 * uPlot.pxRatio]);
    ctx.beginPath();
    const left = plot.valToPos(limit, 'x', true);
    ctx.moveTo(left, bbox.top);
    ctx.lineTo(left, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

function clip({ ctx, bbox }: uPlot): void {
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
}
