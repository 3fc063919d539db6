import { figures, range, table } from './markdown-table.js';
import { settingText } from './setting.js';

const MEBIBYTE = 2 ** 20;
const TRAINING = [
  ['', ({ title }) => title],
  ['threads', ({ threads }) => threads ?? 1],
  ['epochs', ({ works, isMissing, epochs }) => (works ? epochs : notThere(isMissing))],
  ['validation errors', ({ validationErrors }) => validationErrors],
  ['test errors', ({ testErrors }) => testErrors],
  ['counts found again', ({ counts }) => counts && `${counts.equal} of ${counts.of}`],
  ['epochs/s (least to largest)', ({ epochsPerSecond }) => range(epochsPerSecond)],
];
const PROCESSES = [
  ['', ({ title }) => title],
  ['threads', ({ threads }) => threads ?? 1],
  ['epochs', ({ works, isMissing, epochs }) => (works ? epochs : notThere(isMissing))],
  ['validation errors', ({ validationErrors }) => validationErrors],
  ['test errors', ({ testErrors }) => testErrors],
  ['wall time, s (least to largest)', ({ seconds }) => range(seconds)],
  ['peak memory, MiB', ({ works, peakMemory }) => (works ? mebibytes(peakMemory) : undefined)],
];
const GROWTH = [
  ['images', ({ images, times }) => (images ?? 50_000 * times).toLocaleString('en-US')],
  ['threads', ({ threads }) => threads ?? 1],
  ['ms an epoch (least to largest)', ({ works, epochMs }) => (works ? range(epochMs) : 'not run')],
  ['to proportional (least to largest)', ({ ratio }) => range(ratio)],
];

/** The tables as Markdown, each with its heading, and what ran. */
export function report({ setting, rounds, engine, training, processes, growth }) {
  const often = rounds === 1 ? 'One round' : `Medians of ${rounds} rounds`;
  return [
    `${settingText(setting)} ${often}.`,
    ...(training.rows.length > 0 ? trainingText(training) : []),
    ...(processes ? processesText(processes) : []),
    ...(growth ? growthText(growth, engine) : []),
  ].join('\n');
}

function trainingText({ references, rows }) {
  return [
    ...section("The tutorial's run", [...TRAINING, ...ratioColumns(references)], rows),
    '',
    'What ran, and what did not:',
    '',
    ...rows.map((row) => `- \`${row.name}\`: ${about(row)}.`),
  ];
}

function processesText({ references, rows }) {
  return [
    ...section('Whole processes', [...PROCESSES, ...ratioColumns(references)], rows),
    ...failures(rows),
  ];
}

function growthText({ rows }, engine) {
  const bytes = ['bytes an image', ({ bytesAnImage }) => figures(bytesAnImage)];
  const tells = rows.some(({ bytesAnImage }) => bytesAnImage !== undefined);
  const columns = tells ? [...GROWTH, bytes] : GROWTH;
  return [...section(`More images, on \`${engine}\``, columns, rows), ...failures(rows)];
}

function section(heading, columns, rows) {
  return ['', `### ${heading}`, '', ...table(columns, rows)];
}

function ratioColumns(names) {
  return names.map((name) => [
    `times \`${name}\` (least to largest)`,
    ({ ratios }) => range(ratios?.[name]),
  ]);
}

function failures(rows) {
  const failed = rows.filter(({ works, isGolden }) => !works || isGolden === false);
  if (failed.length === 0) return [];
  return ['', ...failed.map((row) => `- \`${row.name}\`: ${about(row)}.`)];
}

function about({ works, isMissing, description, reason, fix, isGolden, stop }) {
  const missing = `${notThere(isMissing)}, since ${reason}`;
  if (!works) return fix === undefined ? missing : `${missing}; ${fix}`;
  return [
    ...(description === undefined ? [] : [description]),
    ...(stop === 'time' ? ['ended by `--max-seconds`'] : []),
    ...(isGolden === false ? ["not the tutorial's run"] : []),
  ].join('; ');
}

function notThere(isMissing) {
  return isMissing ? 'not installed' : 'not run';
}

function mebibytes(bytes) {
  return bytes === undefined ? 'not measured' : Math.round(bytes / MEBIBYTE);
}
