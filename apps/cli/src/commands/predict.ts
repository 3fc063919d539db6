import { normalizeDigit } from '@softreg/datasets';
import { checkFits, type Prediction, predict, type SoftmaxRegression } from '@softreg/model';
import { readModel } from '@softreg/serialization/node';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { ImageError } from '../images/image-error.js';
import { readImage } from '../images/read-image.js';
import { type Io, printLine } from '../io.js';
import { firstOf, type SplitFlags, splitSetsOf } from '../split-sets.js';
import { UsageError } from '../usage-error.js';

export interface PredictFlags extends SplitFlags {
  readonly split: 'test' | 'validation' | 'train';
  readonly count?: number;
}

interface Row {
  readonly image: string;
  /** Only where it is known. */
  readonly actual?: string;
  readonly prediction: Prediction;
}

/** `softreg predict MODEL [IMAGE...]` */
export async function predictCommand(
  modelPath: string,
  images: readonly string[],
  flags: PredictFlags,
  io: Io,
): Promise<ExitCode> {
  if (images.length > 0 === (flags.dataset !== undefined)) {
    throw new UsageError('predict: expected image files or --dataset, one of the two');
  }
  const model = await readModel(modelPath);
  const rows = images.length > 0 ? await ofFiles(model, images) : await ofDataset(model, flags, io);
  const widest = Math.max(...rows.map(({ image }) => image.length));
  for (const row of rows) {
    printLine(io.stdout, flags.json ? asJson(row) : asText(row, widest));
  }
  return EXIT.done;
}

async function ofDataset(model: SoftmaxRegression, flags: PredictFlags, io: Io): Promise<Row[]> {
  const { split, count = 10 } = flags;
  const sets = await splitSetsOf(flags, io);
  try {
    checkFits(model, sets[split], `${sets.name}, ${split} set`);
    const first = await firstOf(sets[split], count);
    return predict(model, first.images).map((prediction, i) => ({
      image: `${split} ${i}`,
      actual: model.classNames[first.labels[i] as number] as string,
      prediction,
    }));
  } finally {
    await sets.close();
  }
}

async function ofFiles(model: SoftmaxRegression, files: readonly string[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const file of files) {
    const pixels = normalizeDigit(await readImage(file));
    if (pixels.length !== model.parameters.features) {
      throw new ImageError(
        `${file}: expected a model for images of 28 x 28 pixels, ` +
          `found one for ${model.imageHeight} x ${model.imageWidth}`,
      );
    }
    const [prediction] = predict(model, pixels) as [Prediction];
    rows.push({ image: file, prediction });
  }
  return rows;
}

function asText({ image, actual, prediction }: Row, widest: number): string {
  const { label, className, probabilities } = prediction;
  const probability = `${(100 * (probabilities[label] as number)).toFixed(2)} %`.padStart(8);
  const truth = actual === undefined || actual === className ? '' : `  (it is ${actual})`;
  return `${image.padEnd(widest)}  ${className}  ${probability}${truth}`;
}

function asJson({ image, actual, prediction }: Row): string {
  const { className, probabilities } = prediction;
  return JSON.stringify({
    event: 'prediction',
    image,
    label: className,
    ...(actual !== undefined && { actual }),
    probabilities: Array.from(probabilities),
  });
}
