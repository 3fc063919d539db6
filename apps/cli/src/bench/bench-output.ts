import { grouped, table } from '../format.js';
import { type Unavailable, unavailableLines } from '../unavailable.js';
import type { Plan } from './plan.js';
import type { Problem } from './problem.js';
import type { Row } from './results.js';

const HEADS = ['backend', 'threads', 'epochs/s', 'range', 'ratio', 'load s', 'timed', 'device'];
const TEXT_COLUMNS = [0, 7];

/** What was measured, the fastest first, and below it what could not be. */
export function benchTable(
  problem: Problem,
  plan: Plan,
  rows: readonly Row[],
  unavailable: readonly Unavailable[],
): string {
  const cells = rows.map((row) => [
    row.backend,
    String(row.threads ?? '-'),
    speed(row.epochsPerSecond),
    plan.rounds === 1 ? '-' : `${speed(row.least)}-${speed(row.most)}`,
    row.ratio.toFixed(3),
    row.loadSeconds.toFixed(2),
    `${grouped(row.count)} ${row.unit}`,
    row.device,
  ]);
  return [
    dataText(problem),
    epochText(problem, plan),
    '',
    table([HEADS, ...cells], TEXT_COLUMNS),
    ...unavailableLines(unavailable),
  ].join('\n');
}

/** Three digits, or more. */
export function speed(epochsPerSecond: number): string {
  const digits = 2 - Math.floor(Math.log10(epochsPerSecond));
  return epochsPerSecond.toFixed(Math.min(Math.max(digits, 0), 6));
}

function dataText({ dataset, train, ink }: Problem): string {
  const images = `${grouped(train.count)} images, ${(100 * ink).toFixed(1)} % of their pixels not zero`;
  return dataset === undefined
    ? `data   synthetic, as no folder with MNIST was named\n       ${images}`
    : `data   ${dataset}\n       ${images}`;
}

function epochText({ steps, batchSize, scored }: Problem, { rounds }: Plan): string {
  const text = `epoch  ${steps} steps on ${batchSize} images each, then a scoring of ${grouped(scored)}`;
  return rounds === 1 ? text : `${text}; medians of ${rounds} rounds`;
}

/** One object a line: each row, each backend that cannot be used, and at last what was done. */
export function benchJson(
  problem: Problem,
  { rounds, seconds }: Plan,
  rows: readonly Row[],
  unavailable: readonly Unavailable[],
): string {
  const { dataset, train, batchSize, steps, scored, ink } = problem;
  const done = {
    event: 'done',
    fastest: rows[0]?.backend ?? null,
    dataset: dataset ?? null,
    images: train.count,
    ink,
    batchSize,
    steps,
    scored,
    rounds,
    seconds,
  };
  const events = [
    ...rows.map((row) => ({ event: 'bench', ...row, threads: row.threads ?? null })),
    ...unavailable.map(({ backend, reason, fix }) => ({
      ...{ event: 'backend', backend, works: false, reason, fix },
    })),
    done,
  ];
  return events.map((event) => JSON.stringify(event)).join('\n');
}
