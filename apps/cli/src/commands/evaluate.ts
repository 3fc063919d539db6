import {
  checkFits,
  type ErrorCount,
  type Evaluation,
  evaluate,
  evaluateStream,
  expectedCalibrationError,
  isStream,
  type SoftmaxRegression,
  topErrors,
} from '@softreg/model';
import { readModel } from '@softreg/serialization/node';
import { type BackendFlags, openBackend } from '../backend.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { grouped, percent, table } from '../format.js';
import { type Io, printLine } from '../io.js';
import { dataOf, type SplitFlags, type SplitSets, splitSetsOf } from '../split-sets.js';

export interface EvaluateFlags extends SplitFlags, BackendFlags {
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
  const sets = await splitSetsOf(flags, io);
  const name = `${sets.name}, ${flags.split} set`;
  const size = flags.batchSize ?? batchSizeOf(model);
  try {
    checkFits(model, sets[flags.split], name);
    const { backend, result } = await evaluateOn(model, sets[flags.split], size, flags);
    if (flags.json) {
      const event = {
        event: 'evaluation',
        model: modelPath,
        dataset: sets.name,
        split: flags.split,
        batchSize: size,
        backend,
        ...result,
        expectedCalibrationError: expectedCalibrationError(result.calibration),
      };
      printLine(io.stdout, JSON.stringify(event));
    } else {
      printLine(io.stdout, asText(modelPath, name, size, model, result));
    }
  } finally {
    await sets.close();
  }
  return EXIT.done;
}

async function evaluateOn(
  { parameters, pixelScale }: SoftmaxRegression,
  set: SplitSets['test'],
  size: number,
  flags: EvaluateFlags,
): Promise<{ backend: string; result: Evaluation }> {
  const engine = await openBackend(flags);
  const { backend } = engine;
  try {
    const data = dataOf(set, pixelScale);
    if (isStream(data)) {
      return { backend, result: await evaluateStream(engine, parameters, data, size) };
    }
    const split = await engine.load(data, { minibatch: size });
    return { backend, result: await evaluate(engine, parameters, split, data.labels, size) };
  } finally {
    engine.close();
  }
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
  { wholeMinibatches, full, loss, classes, confusion, ranks, calibration }: Evaluation,
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
    ...[2, 3]
      .filter((k) => k < ranks.length)
      .map((k) => `top ${k}  ${score(topErrors(ranks, k), 'images')}`),
    `loss   ${loss.toFixed(6)}`,
    `ECE    ${expectedCalibrationError(calibration).toFixed(6)}, expected calibration error in ${calibration.length} bins`,
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
