import { CHART_STYLE, COLORS, DASHES } from './style.js';
import { linearTicks, logTicks } from './ticks.js';

/** A line of points, in the order of x. */
export interface Series {
  readonly name: string;
  /** [x, y]: x above 0. */
  readonly points: readonly (readonly [number, number])[];
}

export interface LineChart {
  readonly title: string;
  readonly subtitle: string;
  /** With its unit. The axis is logarithmic. */
  readonly xTitle: string;
  /** With its unit. The axis is linear. */
  readonly yTitle: string;
  readonly series: readonly Series[];
  /** Values of x to mark by a vertical line. */
  readonly marks?: readonly { readonly x: number; readonly name: string }[];
}

const [WIDTH, LEFT, TOP, PLOT_WIDTH, PLOT_HEIGHT] = [960, 72, 76, 600, 340];
const [LEGEND_LEFT, LEGEND_TOP, LEGEND_STEP] = [LEFT + PLOT_WIDTH + 32, TOP + 8, 20];

/**
 * A chart as the text of an SVG file that needs nothing else. It follows the reader's choice of a light or dark page. Series are told
 * apart by color, dashes and the order of the legend.
 *
 * @throws RangeError if no series has a point
 */
export function lineChart(chart: LineChart): string {
  const { series, marks = [] } = chart;
  const points = series.flatMap((one) => one.points);
  if (points.length === 0) throw new RangeError('a chart needs one point or more, found none');
  const xs = [...points.map(([x]) => x), ...marks.map(({ x }) => x)];
  const ys = points.map(([, y]) => y);
  const xTicks = logTicks(least(xs), most(xs));
  const yTicks = linearTicks(least(ys), most(ys), 7);
  const xOf = along(xTicks.map(Math.log10), LEFT, PLOT_WIDTH);
  const yOf = along(yTicks, TOP + PLOT_HEIGHT, -PLOT_HEIGHT);
  const place = ([x, y]: readonly [number, number]) =>
    [fixed(xOf(Math.log10(x))), fixed(yOf(y))] as const;
  const rows = series.length + marks.length;
  const height = Math.max(TOP + PLOT_HEIGHT + 68, LEGEND_TOP + rows * LEGEND_STEP + 12);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escaped(chart.title)}</title>`,
    `<desc id="description">${escaped(`${chart.subtitle}. ${chart.yTitle} against ${chart.xTitle}.`)}</desc>`,
    `<style>${CHART_STYLE}</style>`,
    `<rect class="paper" width="${WIDTH}" height="${height}"/>`,
    text(LEFT, 32, chart.title, 'title'),
    text(LEFT, 54, chart.subtitle, 'muted'),
    ...yTicks.map((tick) => yMark(fixed(yOf(tick)), tick)),
    ...xTicks.map((tick) => xMark(fixed(xOf(Math.log10(tick))), tick)),
    `<path class="axis" d="M${LEFT} ${TOP}v${PLOT_HEIGHT}h${PLOT_WIDTH}"/>`,
    text(LEFT + PLOT_WIDTH / 2, TOP + PLOT_HEIGHT + 48, chart.xTitle, 'middle'),
    `<text class="middle" transform="translate(20 ${TOP + PLOT_HEIGHT / 2}) rotate(-90)">${escaped(chart.yTitle)}</text>`,
    ...marks.map(({ x }, i) => {
      const at = fixed(xOf(Math.log10(x)));
      return `<path class="mark ${dashOf(i + 1)}" d="M${at} ${TOP}v${PLOT_HEIGHT}"/>`;
    }),
    ...series.map((one, i) => line(one.points.map(place), i)),
    ...series.map(({ name }, i) => legendRow(i, name, look(i))),
    ...marks.map(({ name }, i) => legendRow(series.length + i, name, `mark ${dashOf(i + 1)}`)),
    '</svg>',
    '',
  ].join('\n');
}

/** From values to places: the first tick is at `start`, the last one `length` further. */
function along(ticks: readonly number[], start: number, length: number): (value: number) => number {
  const [first, last] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  return (value) => start + ((value - first) / (last - first)) * length;
}

function line(places: readonly (readonly [string, string])[], i: number): string {
  const path = places.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${x} ${y}`).join('');
  // So many points would hide the line.
  const dots =
    places.length > 40
      ? ''
      : places.map(([x, y]) => `<circle class="${look(i)}" cx="${x}" cy="${y}" r="3.5"/>`).join('');
  return `<path class="line ${look(i)}" d="${path}"/>${dots}`;
}

function legendRow(row: number, name: string, classes: string): string {
  const y = LEGEND_TOP + row * LEGEND_STEP;
  return `<path class="line ${classes}" d="M${LEGEND_LEFT} ${y}h28"/>${text(LEGEND_LEFT + 36, y + 4, name, 'legend')}`;
}

function look(i: number): string {
  return `c${i % COLORS} ${dashOf(Math.floor(i / COLORS))}`;
}

function dashOf(i: number): string {
  return `d${i % DASHES}`;
}

function yMark(y: string, tick: number): string {
  return `<path class="grid" d="M${LEFT} ${y}h${PLOT_WIDTH}"/>${text(LEFT - 8, Number(y) + 4, label(tick), 'end')}`;
}

function xMark(x: string, tick: number): string {
  const below = TOP + PLOT_HEIGHT;
  return `<path class="grid" d="M${x} ${TOP}v${PLOT_HEIGHT}"/>${text(Number(x), below + 20, label(tick), 'middle')}`;
}

function text(x: number, y: number, content: string, classes: string): string {
  return `<text class="${classes}" x="${x}" y="${y}">${escaped(content)}</text>`;
}

/** `0.01`, and `1e-4` where that is shorter. */
function label(tick: number): string {
  const plain = String(tick);
  const short = tick.toExponential().replace('e+', 'e');
  return plain.length <= short.length + 1 ? plain : short;
}

function fixed(value: number): string {
  return String(Number(value.toFixed(2)));
}

function escaped(content: string): string {
  const names: Record<string, string> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' };
  return content.replaceAll(/[&<>"]/g, (found) => `&${names[found]};`);
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b));
}

function most(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b));
}
