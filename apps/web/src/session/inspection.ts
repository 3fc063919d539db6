import { argMax, confusionMatrix, type ErrorCount, type Scores } from '@softreg/model';
import type { Inspection, Mistake } from './protocol.js';

const MOST_MISTAKES = 24;

/**
 * What probabilities say of labeled images.
 *
 * @param probabilities labels.length x classes, row-major
 * @param batchSize images a minibatch: one score is over whole ones
 */
export function inspectionOf(
  labels: Uint8Array,
  probabilities: Float32Array,
  classes: number,
  batchSize: number,
): Inspection {
  const predictions = predictionsOf(probabilities, classes);
  return {
    test: scoresOf(labels, predictions, batchSize),
    confusion: confusionMatrix(labels, predictions, classes),
    labels: labels.slice(),
    predictions,
    mistakes: worstMistakes(labels, predictions, probabilities, classes),
  };
}

/** The first class of largest probability, of each image. */
function predictionsOf(probabilities: Float32Array, classes: number): Uint8Array {
  return Uint8Array.from({ length: probabilities.length / classes }, (_, image) =>
    argMax(probabilities.subarray(image * classes, (image + 1) * classes)),
  );
}

function scoresOf(labels: Uint8Array, predictions: Uint8Array, batchSize: number): Scores {
  const whole = labels.length - (labels.length % batchSize);
  return {
    wholeMinibatches: whole === 0 ? undefined : errorsIn(labels, predictions, whole),
    full: errorsIn(labels, predictions, labels.length),
  };
}

function errorsIn(labels: Uint8Array, predictions: Uint8Array, count: number): ErrorCount {
  let errors = 0;
  for (let i = 0; i < count; i++) errors += Number(labels[i] !== predictions[i]);
  return { errors, count };
}

function worstMistakes(
  labels: Uint8Array,
  predictions: Uint8Array,
  probabilities: Float32Array,
  classes: number,
): Mistake[] {
  const mistakes: Mistake[] = [];
  for (const [index, predicted] of predictions.entries()) {
    const label = labels[index] as number;
    if (predicted === label) continue;
    const probability = probabilities[index * classes + predicted] as number;
    const labelProbability = probabilities[index * classes + label] as number;
    mistakes.push({ index, label, predicted, probability, labelProbability });
  }
  mistakes.sort((a, b) => b.probability - a.probability || a.labelProbability - b.labelProbability);
  return mistakes.slice(0, MOST_MISTAKES);
}
