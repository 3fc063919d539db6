import { figures, range, table } from './markdown-table.js';

const COLUMNS = [
  ['backend', ({ backend }) => `\`${backend}\``],
  ['in', ({ where }) => where],
  ['epochs', ({ epochs, works }) => (works ? epochs : 'not run')],
  ['validation counts', ({ validation }) => counts(validation)],
  ['test counts', ({ test }) => counts(test)],
  ['weights off by', ({ parameterDistance: distance }) => distance?.weights.toExponential(1)],
  ['biases off by', ({ parameterDistance: distance }) => distance?.bias.toExponential(1)],
  ['kernels a step', ({ kernelsPerStep }) => kernelsPerStep],
  ['epochs/s', ({ epochsPerSecond }) => figures(epochsPerSecond)],
  ['fit, epochs/s', ({ layersModelFit: fit }) => figures(fit?.epochsPerSecond)],
  ['ratio (least to largest)', ({ ratio }) => range(ratio)],
];

/** The table as Markdown that is readable as it is, with what the columns mean and what there is to say of each row. */
export function report({ measured, maxSeconds, rows }) {
  const worked = rows.filter(({ works }) => works);
  const lines = [
    measured,
    '',
    ...table(COLUMNS, rows),
    '',
    '- Counts: how many of the validation and test error counts of the reference run are found again, of those up to the last epoch run.',
    '- Off by: the largest difference of a weight and of a bias; from the best parameters of the reference run, or where fewer epochs ' +
      'were run from those of `openReferenceEngine()`, in float64, after as many.',
    '- Epochs/s: median of the epochs after the first, with validation and test scoring. ' +
      'Fit: `tf.LayersModel.fit` on the same backend, in turns with ours in the same process, training alone.',
    '- Ratio: of ours to `fit`; median of its rounds, each against the epochs of ours right before and after it.',
    ...(worked.some(({ stop }) => stop === 'time')
      ? [`- Runs of fewer than 74 epochs were ended after ${maxSeconds} seconds.`]
      : []),
    '',
    'What ran, and what did not:',
    '',
    ...rows.map((row) => `- \`${row.backend}\` in ${row.where}: ${about(row)}.`),
  ];
  return lines.join('\n');
}

function counts(found) {
  return found && `${found.equal} of ${found.of}`;
}

function about({ works, description, device, reason, fix, layersModelFit: fit }) {
  if (!works) return `not run, since ${reason}${fix === undefined ? '' : `; ${fix}`}`;
  return `${description}; ${device}; ${aboutFit(fit)}`;
}

function aboutFit({ reason, rounds, steps }) {
  if (reason !== undefined) return `no \`fit\`, since ${reason}`;
  return `${rounds.length} rounds of \`fit\` of ${steps} steps`;
}
