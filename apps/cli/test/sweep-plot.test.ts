import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findChromium, required, temporaryFolder } from '@softreg/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { lineChart } from '../src/sweep/chart/line-chart.js';
import { runCli } from './run-cli.js';
import { jsonLines, linesOf } from './sweep-runs.js';

const folder = temporaryFolder();
const sweep = join(folder, 'sweep');
const range = join(folder, 'range');
const data = join(folder, 'data');
const from = ['--data-dir', data, '--no-verify', '--backend', 'simd'];
let svg: string;
let results: {
  learningRate: number;
  batchSize: number;
  l2: number;
  full: { validation: { errors: number; count: number } };
}[];

beforeAll(async () => {
  const size = ['--train', '360', '--test', '100'];
  expect((await runCli(['data', 'fetch', 'digits', ...size, '--out', data])).code).toBe(0);
  const run = await runCli([
    ...['sweep', ...from, '--epochs', '1', '--learning-rate', '0.002,0.5,0.02,0.1'],
    ...['--batch-size', '10,60', '--l2', '0,0.3', '--out', sweep],
  ]);
  expect(run.code).toBe(0);
  svg = readFileSync(join(sweep, 'validation-error.svg'), 'utf8');
  results = jsonLines(readFileSync(join(sweep, 'results.ndjson'), 'utf8'));
  const finder = [
    'find-learning-rate',
    ...from,
    '--batch-size',
    '20',
    '--steps',
    '60',
    '--out',
    range,
  ];
  expect((await runCli(finder)).code).toBe(0);
});

/** Elements of one kind, as their attributes and text. */
function elements(text: string, name: string): Record<string, string>[] {
  const found = text.matchAll(new RegExp(`<${name} ([^>]*?)/?>([^<]*)`, 'g'));
  return [...found].map(([, attributes = '', content = '']) => ({
    ...Object.fromEntries(
      [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
    ),
    content,
  }));
}

/** From places on the page back to values, by what the marks of the axes say of themselves. */
function readAxes(text: string) {
  const texts = elements(text, 'text');
  const marks = (of: Record<string, string>[], at: 'x' | 'y') =>
    of
      .filter(({ content }) => Number.isFinite(Number(content)))
      .map((mark) => ({ place: Number(mark[at]), value: Number(mark.content) }))
      .sort((a, b) => a.value - b.value);
  const y = marks(
    texts.filter((one) => one.class === 'end'),
    'y',
  ).map(({ place, value }) => ({ place: place - 4, value }));
  const x = marks(
    texts.filter((one) => one.class === 'middle'),
    'x',
  ).map(({ place, value }) => ({ place, value: Math.log10(value) }));
  const reader = (axis: { place: number; value: number }[]) => (place: number) => {
    const [first, last] = [axis[0], axis.at(-1)];
    if (!first || !last) throw new Error('an axis without marks');
    return (
      first.value +
      ((place - first.place) / (last.place - first.place)) * (last.value - first.value)
    );
  };
  return { x, y, xOf: (place: number) => 10 ** reader(x)(place), yOf: reader(y) };
}

test('names are text in a chart, whatever is in them', () => {
  const name = 'a < b & "c" > d';
  const chart = lineChart({
    ...{ title: name, subtitle: name, xTitle: name, yTitle: name },
    series: [{ name, points: [[1, 1]] }],
    marks: [{ x: 2, name }],
  });
  const contents = elements(chart, 'text').map((one) => one.content);
  const escaped = 'a &lt; b &amp; &quot;c&quot; &gt; d';
  expect(contents.filter((content) => content === escaped)).toHaveLength(6);
  expect(chart).not.toContain(name);
  expect(() => lineChart({ title: '', subtitle: '', xTitle: '', yTitle: '', series: [] })).toThrow(
    'a chart needs one point or more',
  );
});

describe('the plot of a sweep', () => {
  test('shows the validation errors, one line for each batch size and penalty, by rising rate', () => {
    const { xOf, yOf } = readAxes(svg);
    const lines = elements(svg, 'path').filter(({ class: name }) => name?.startsWith('line'));
    // Each comes once as itself and once in the legend.
    expect(lines).toHaveLength(8);
    const names = elements(svg, 'text')
      .filter((one) => one.class === 'legend')
      .map((one) => one.content);
    expect(names).toEqual([
      'batch size 10, l2 0',
      'batch size 10, l2 0.3',
      'batch size 60, l2 0',
      'batch size 60, l2 0.3',
    ]);
    lines.slice(0, 4).forEach((line, i) => {
      expect(line.class).toBe(lines[4 + i]?.class);
      const points = [...(line.d as string).matchAll(/([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [
        xOf(Number(x)),
        yOf(Number(y)),
      ]);
      const own = results
        .filter(({ batchSize, l2 }) => names[i] === `batch size ${batchSize}, l2 ${l2}`)
        .sort((a, b) => a.learningRate - b.learningRate);
      expect(own).toHaveLength(4);
      expect(points).toHaveLength(4);
      own.forEach(({ learningRate, full: { validation } }, k) => {
        expect(((points[k] as number[])[0] as number) / learningRate).toBeCloseTo(1, 3);
        expect((points[k] as number[])[1]).toBeCloseTo(
          (100 * validation.errors) / validation.count,
          1,
        );
      });
    });
    expect(new Set(lines.map((line) => line.class)).size).toBe(4);
    // Else the heights would say nothing.
    expect(new Set(results.map(({ full }) => full.validation.errors)).size).toBeGreaterThan(5);
    const dots = elements(svg, 'circle');
    expect(dots).toHaveLength(16);
  });

  test('says what it is of, with the units of its axes', () => {
    const contents = elements(svg, 'text').map((one) => one.content);
    expect(contents).toContain('Validation error by learning rate');
    expect(contents).toContain('mnist, sgd, best of each of 16 settings');
    expect(contents).toContain('learning rate (logarithmic axis)');
    expect(contents).toContain('validation error, all images (%)');
    expect(svg).toContain('role="img"');
  });

  test('marks its axes with round numbers at even steps, around all that is shown', () => {
    const { x, y } = readAxes(svg);
    const steps = y.slice(1).map(({ value }, i) => value - (y[i]?.value ?? 0));
    for (const step of steps) expect(step).toBeCloseTo(steps[0] as number, 9);
    expect([1, 2, 5]).toContain(
      Math.round((steps[0] as number) / 10 ** Math.floor(Math.log10(steps[0] as number) + 1e-9)),
    );
    const rates = results.map(
      ({ full: { validation } }) => (100 * validation.errors) / validation.count,
    );
    expect(y[0]?.value).toBeLessThanOrEqual(Math.min(...rates));
    expect(y.at(-1)?.value).toBeGreaterThanOrEqual(Math.max(...rates));
    expect(x.map(({ value }) => 10 ** value)).toEqual(
      [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5].map((value) => expect.closeTo(value, 9)),
    );
    const places = [...x, ...y.reverse()].map(({ place }) => place);
    expect(places.every(Number.isFinite)).toBe(true);
  });

  test('of one setting has a point, too', async () => {
    const out = join(folder, 'one');
    const flags = [...from, '--epochs', '1'];
    const run = await runCli([
      'sweep',
      ...flags,
      '--batch-size',
      '10',
      '--backend',
      'simd',
      '--out',
      out,
    ]);
    expect(run.code).toBe(0);
    const text = readFileSync(join(out, 'validation-error.svg'), 'utf8');
    expect(text).not.toContain('NaN');
    expect(elements(text, 'circle')).toHaveLength(1);
    const { xOf } = readAxes(text);
    expect(xOf(Number(elements(text, 'circle')[0]?.cx))).toBeCloseTo(0.13, 3);
  });
});

const chromium = findChromium();
if (chromium === undefined) {
  if (required('chromium')) throw new Error('SOFTREG_REQUIRE names chromium, but none was found');
  process.stderr.write('SKIPPED, plots in a browser: no Chromium was found\n');
}

describe.skipIf(chromium === undefined)('in a browser', () => {
  /** Runs a script in a page that shows the file, and gives what it returns. */
  async function inPage(path: string, dark: boolean, script: string): Promise<string> {
    const at = temporaryFolder();
    const page = join(at, 'page.html');
    const body = `<body>${readFileSync(path, 'utf8')}<pre id="out"></pre><script>document.getElementById('out').textContent = JSON.stringify((() => { ${script} })())</script>`;
    writeFileSync(page, body);
    const flags = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      `--user-data-dir=${join(at, 'profile')}`,
    ];
    const scheme = dark
      ? ['--blink-settings=preferredColorScheme=0']
      : ['--blink-settings=preferredColorScheme=1'];
    const { stdout } = await promisify(execFile)(chromium as string, [
      ...flags,
      ...scheme,
      '--dump-dom',
      `file://${page}`,
    ]);
    const [, out = ''] = /<pre id="out">([^<]*)</.exec(stdout) ?? [];
    return JSON.parse(out.replaceAll('&amp;', '&'));
  }

  test.each([
    ['light', 'sweep', false],
    ['dark', 'sweep', true],
    ['light', 'range', false],
    ['dark', 'range', true],
  ])(
    'on a %s page, text and lines of the %s plot stand out from the paper, and no text leaves it',
    async (_, kind, dark) => {
      const path =
        kind === 'sweep' ? join(sweep, 'validation-error.svg') : join(range, 'learning-rate.svg');
      const script = `
      const svg = document.querySelector('svg');
      const box = svg.getBoundingClientRect();
      const luminance = (color) => {
        const [r, g, b] = color.match(/\\d+/g).map((c) => { const s = c / 255; return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4; });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const paper = luminance(getComputedStyle(svg.querySelector('.paper')).fill);
      const contrast = (color) => { const l = luminance(color); return (Math.max(l, paper) + 0.05) / (Math.min(l, paper) + 0.05); };
      const texts = [...svg.querySelectorAll('text')];
      const outside = texts.filter((one) => { const b = one.getBoundingClientRect(); return b.left < box.left || b.right > box.right || b.top < box.top || b.bottom > box.bottom; });
      return {
        paper,
        text: Math.min(...texts.map((one) => contrast(getComputedStyle(one).fill))),
        line: Math.min(...[...svg.querySelectorAll('.line,.mark,.axis')].map((one) => contrast(getComputedStyle(one).stroke))),
        texts: texts.length,
        outside: outside.map((one) => one.textContent),
      };`;
      const seen = (await inPage(path, dark, script)) as unknown as Record<string, number>;
      expect(seen.paper).toBeCloseTo(dark ? 0.005 : 1, 1);
      // WCAG 2.2, 1.4.3 and 1.4.11.
      expect(seen.text).toBeGreaterThanOrEqual(4.5);
      expect(seen.line).toBeGreaterThanOrEqual(3);
      expect(seen.texts).toBeGreaterThan(10);
      expect(seen.outside).toEqual([]);
    },
  );
});

describe('find-learning-rate', () => {
  const finder = (...flags: string[]) => [
    'find-learning-rate',
    ...from,
    '--batch-size',
    '20',
    ...flags,
  ];

  test('gives each step by --json, and suggests a rate where the loss falls', async () => {
    const out = join(folder, 'json');
    const { code, stdout } = await runCli(finder('--steps', '60', '--json', '--out', out));
    expect(code).toBe(0);
    const steps = jsonLines(stdout);
    const done = steps.pop();
    expect(steps.map(({ event, step }) => [event, step])).toEqual(steps.map((_, i) => ['step', i]));
    expect(steps[0]).toMatchObject({ learningRate: 1e-6, loss: expect.closeTo(Math.log(10), 5) });
    expect(done).toEqual({
      event: 'done',
      steps: steps.length,
      suggested: expect.any(Number),
      tenthOfMinimum: expect.any(Number),
    });
    const smoothed = steps.map(({ smoothedLoss }) => smoothedLoss);
    // The first five tell of the start, the last of divergence.
    const least = Math.min(...smoothed.slice(5, -1));
    const lowest = steps[smoothed.indexOf(least)];
    expect(done.tenthOfMinimum).toBeCloseTo(lowest.learningRate / 10, 12);
    expect(done.suggested).toBeGreaterThan(1e-4);
    expect(done.suggested).toBeLessThan(lowest.learningRate);

    const csv = linesOf(readFileSync(join(out, 'learning-rate.csv'), 'utf8'));
    expect(csv[0]).toBe('step,learning_rate,loss,smoothed_loss');
    expect(csv.slice(1).map((row) => row.split(',').map(Number))).toEqual(
      steps.map(({ step, learningRate, loss, smoothedLoss }) => [
        step,
        learningRate,
        loss,
        smoothedLoss,
      ]),
    );
    const chart = readFileSync(join(out, 'learning-rate.svg'), 'utf8');
    const { xOf, yOf } = readAxes(chart);
    const marks = elements(chart, 'path').filter((one) => one.class?.startsWith('mark'));
    expect(
      marks
        .map(({ d }) => xOf(Number(/^M([\d.]+)/.exec(d as string)?.[1])))
        .map((x, i) => x / (i === 0 ? done.suggested : done.tenthOfMinimum)),
    ).toEqual([expect.closeTo(1, 2), expect.closeTo(1, 2)]);
    const [line] = elements(chart, 'path').filter((one) => one.class?.startsWith('line'));
    const points = [...(line as { d: string }).d.matchAll(/([\d.]+) ([\d.]+)/g)];
    expect(points).toHaveLength(steps.length);
    points.forEach(([, x, y], i) => {
      expect(xOf(Number(x)) / steps[i].learningRate).toBeCloseTo(1, 2);
      expect(yOf(Number(y))).toBeCloseTo(steps[i].smoothedLoss, 1);
    });
  });

  test('leaves out of the plot what would dwarf the rest', async () => {
    const out = join(folder, 'steep');
    const { stdout } = await runCli(finder('--to', '1e6', '--json', '--out', out));
    const steps = jsonLines(stdout).slice(0, -1);
    const most = Math.max(...steps.map(({ smoothedLoss }) => smoothedLoss));
    const shown = steps.filter(({ loss }) => loss <= most);
    expect(shown.length).toBeLessThan(steps.length);
    const chart = readFileSync(join(out, 'learning-rate.svg'), 'utf8');
    const [smoothed, raw] = elements(chart, 'path').filter(({ class: name }) =>
      name?.startsWith('line'),
    ) as { d: string }[];
    expect(smoothed?.d.match(/[ML]/g)).toHaveLength(steps.length);
    expect(raw?.d.match(/[ML]/g)).toHaveLength(shown.length);
  });

  test('tells which suggestion is which, and where the files are', async () => {
    const out = join(folder, 'text');
    const run = await runCli(finder('--steps', '60', '--out', out));
    expect(run.stdout).toMatch(
      /^suggested learning rate {2}([\d.]+), where the smoothed loss falls fastest\na tenth of the minimum {3}([\d.]+), a tenth of .*\n$/,
    );
    const [, suggested] = /rate {2}([\d.]+)/.exec(run.stdout) ?? [];
    expect(run.stderr).toContain(
      `steps; saved learning-rate.csv and learning-rate.svg in ${out}; try: softreg train --learning-rate ${suggested}`,
    );
    const quiet = await runCli(finder('--steps', '60', '--out', out, '--quiet'));
    expect([quiet.stdout, quiet.stderr]).toEqual([run.stdout, '']);
  });

  test('says so where there is nothing to suggest', async () => {
    const run = await runCli(
      finder('--from', '100', '--to', '1000', '--steps', '10', '--out', join(folder, 'high')),
    );
    expect([run.code, run.stdout]).toEqual([0, expect.stringContaining('no suggestion')]);
  });

  test('is interrupted with 130, and writes nothing then', async () => {
    const controller = new AbortController();
    const out = join(folder, 'interrupted');
    const run = await runCli(finder('--json', '--out', out), {
      interrupt: controller.signal,
      onStdout: () => controller.abort(),
    });
    expect([run.code, linesOf(run.stdout).length]).toEqual([130, 1]);
    expect(() => readFileSync(join(out, 'learning-rate.csv'))).toThrow(/ENOENT/);
  });

  test.each([
    [['--from', '0'], '--from: expected a number above 0, found 0'],
    [['--to', '1e-7'], '--to: expected a number above 0.000001, found 1e-7'],
    [['--steps', '5'], '--steps: expected a whole number of 10 or more, found 5'],
    [['--batch-size', '100'], '--batch-size: expected at most 60'],
    [['--learning-rate', '1'], "unknown option '--learning-rate'"],
  ])('refuses %j', async (flags, expected) => {
    const run = await runCli(finder(...flags, '--out', join(folder, 'refused')));
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain(expected);
  });
});
