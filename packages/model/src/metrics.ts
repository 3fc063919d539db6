/** How many of how many are wrong. */
export interface ErrorCount {
  readonly errors: number;
  readonly count: number;
}

/** Share of errors, 0 to 1. */
export function errorRate({ errors, count }: ErrorCount): number {
  return errors / count;
}

/** `matrix[actual][predicted]`: how many examples of a class were taken for another. */
export type ConfusionMatrix = readonly (readonly number[])[];

export function confusionMatrix(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classes: number,
): ConfusionMatrix {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < labels.length; i++) {
    const row = matrix[labels[i] as number] as number[];
    const predicted = predictions[i] as number;
    row[predicted] = (row[predicted] as number) + 1;
  }
  return matrix;
}

/** Of two sets of examples of the same classes, taken together. */
export function sumOfMatrices(a: ConfusionMatrix, b: ConfusionMatrix): ConfusionMatrix {
  return a.map((row, i) => row.map((count, k) => count + (b[i]?.[k] as number)));
}

export interface ClassMetrics {
  /** Examples of the class. */
  readonly support: number;
  /** Of those predicted to be of the class, the share that is; NaN if none was. */
  readonly precision: number;
  /** Of those of the class, the share that was predicted so; NaN if there are none. */
  readonly recall: number;
  /** 2 x hits / (predicted + actual): the harmonic mean of precision and recall; NaN if both counts are zero. */
  readonly f1: number;
}

/** Precision, recall and F1 of each class. */
export function classMetrics(matrix: ConfusionMatrix): ClassMetrics[] {
  return matrix.map((row, k) => {
    const hits = row[k] as number;
    const support = row.reduce((sum, count) => sum + count, 0);
    const predicted = matrix.reduce((sum, other) => sum + (other[k] as number), 0);
    return {
      support,
      precision: hits / predicted,
      recall: hits / support,
      f1: (2 * hits) / (predicted + support),
    };
  });
}
