import { tutorialSplit } from '@softreg/datasets';
import {
  checkFits,
  type ErrorCount,
  type Evaluation,
  evaluate,
  examplesOf,
  type SoftmaxRegression,
} from '@softreg/model';
import { readModel } from '@softreg/serialization/node';
import { type BackendFlags, openBackend } from '../backend.js';
import { type DataFlags, datasetOf } from '../dataset.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { grouped, percent, table } from '../format.js';
import { type Io, printLine } from '../io.js';

export interface EvaluateFlags extends DataFlags, BackendFlags {
  readonly split: 'test' | 'validation' | 'train';
  readonly batchSize?: number;
}

/** `softreg evaluate MODEL` */
export async function evaluateCommand(
  modelPath: string,
  flags: EvaluateFlags,
  io: Io,
): Promise<ExitCode> {
  const model = await readModel(modelPath);
  const dataset = await datasetOf(flags, io);
  const set = tutorialSplit(dataset)[flags.split];
  const name = `${dataset.name}, ${flags.split} set`;
  checkFits(model, set, name);
  const engine = await openBackend(flags);
  try {
    const size = flags.batchSize ?? batchSizeOf(model);
    const split = await engine.load(examplesOf(set, model.pixelScale), { minibatch: size });
    const result = await evaluate(engine, model.parameters, split, set.labels, size);
    const summary = {
      model: modelPath,
      dataset: dataset.name,
      split: flags.split,
      batchSize: size,
    };
    if (flags.json) {
      const event = { event: 'evaluation', ...summary, backend: engine.backend, ...result };
      printLine(io.stdout, JSON.stringify(event));
    } else {
      printLine(io.stdout, asText(modelPath, name, size, model, result));
    }
  } finally {
    engine.close();
  }
  return EXIT.done;
}

/** As in the run that made the model, so that the tutorial's score is the one it reported. */
function batchSizeOf({ receipt }: SoftmaxRegression): number {
  const size = Number(receipt.batch_size);
  return Number.isSafeInteger(size) && size > 0 ? size : 600;
}

function asText(
  modelPath: string,
  dataName: string,
  batchSize: number,
  { classNames }: SoftmaxRegression,
  { wholeMinibatches, full, loss, classes, confusion }: Evaluation,
): string {
  const share = (value: number) => (Number.isNaN(value) ? '-' : `${(100 * value).toFixed(2)} %`);
  const score = (count: ErrorCount, of: string) =>
    `${percent(count)}, ${grouped(count.errors)} of ${grouped(count.count)} ${of}`;
  const lines = [
    `model  ${modelPath}`,
    `data   ${dataName}`,
    `error  ${score(full, 'images')}`,
    ...(wholeMinibatches
      ? [`       ${score(wholeMinibatches, `in whole minibatches of ${batchSize}`)}`]
      : []),
    `loss   ${loss.toFixed(6)}`,
    '',
    table([
      ['class', 'precision', 'recall', 'F1', 'images'],
      ...classes.map(({ precision, recall, f1, support }, k) => [
        classNames[k] as string,
        share(precision),
        share(recall),
        share(f1),
        grouped(support),
      ]),
    ]),
    '',
    'confusion matrix: a row for each actual class, a column for each predicted one',
    table([
      ['', ...classNames],
      ...confusion.map((row, k) => [classNames[k] as string, ...row.map(String)]),
    ]),
  ];
  return lines.join('\n');
}
