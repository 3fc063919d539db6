import type { Engine, LoadOptions, RunningLoss, SgdStep, Split } from '../engine.js';
import { BackendError } from '../errors.js';
import { checkExamples, checkRows, type Examples, type Rows } from '../examples.js';
import { checkParameters, type Parameters } from '../parameters.js';
import { argMax, lossAndGradient64, type Parameters64, scoresOf, softmax } from './softmax.js';

interface ReferenceSplit extends Split {
  readonly examples: Examples;
}

/**
 * Plain float64 TypeScript, written to be read: what the other engines are tested against, and fast enough for nothing else.
 * Parameters are kept in float64; reading them rounds to float32.
 */
export function openReferenceEngine(): Engine {
  let held: Parameters64 | undefined;
  let running: RunningLoss = { sum: 0, steps: 0 };

  function use(
    split: Split,
    rows: Rows,
  ): { parameters: Parameters64; examples: Examples; indices: number[] } {
    if (held === undefined) {
      throw new BackendError('BACKEND_NOT_READY', 'the engine has no parameters yet');
    }
    checkRows(rows, split.count);
    const { examples } = split as ReferenceSplit;
    return { parameters: held, examples, indices: indicesOf(rows) };
  }

  return {
    backend: 'reference',
    description: 'plain TypeScript',
    device: 'processor',
    kernelsPerStep: undefined,
    precision: 'float64',

    async load(examples: Examples, _options?: LoadOptions): Promise<Split> {
      checkExamples(examples);
      const { count, features, classes } = examples;
      const split: ReferenceSplit = { count, features, classes, examples, close() {} };
      return split;
    },

    step(split: Split, rows: Rows, { learningRate, l2 = 0 }: SgdStep): number {
      const { parameters, examples, indices } = use(split, rows);
      const { loss, gradient } = lossAndGradient64(parameters, examples, indices);
      running = { sum: running.sum + loss, steps: running.steps + 1 };
      held = {
        ...parameters,
        weights: parameters.weights.map(
          (weight, i) => weight - learningRate * ((gradient.weights[i] as number) + l2 * weight),
        ),
        bias: parameters.bias.map((bias, k) => bias - learningRate * (gradient.bias[k] as number)),
      };
      return running.sum;
    },

    async lossAndGradient(split: Split, rows: Rows) {
      const { parameters, examples, indices } = use(split, rows);
      const { loss, gradient } = lossAndGradient64(parameters, examples, indices);
      return { loss, gradient: toFloat32(gradient) };
    },

    async countErrors(split: Split, rows: Rows): Promise<number> {
      const { parameters, examples, indices } = use(split, rows);
      return indices.filter(
        (row) => argMax(scoresOf(parameters, examples, row)) !== examples.labels[row],
      ).length;
    },

    async probabilities(split: Split, rows: Rows): Promise<Float32Array> {
      const { parameters, examples, indices } = use(split, rows);
      const result = new Float32Array(indices.length * parameters.classes);
      for (const [position, row] of indices.entries()) {
        result.set(softmax(scoresOf(parameters, examples, row)), position * parameters.classes);
      }
      return result;
    },

    async readParameters(): Promise<Parameters> {
      if (held === undefined) {
        throw new BackendError('BACKEND_NOT_READY', 'the engine has no parameters yet');
      }
      return toFloat32(held);
    },

    async writeParameters(parameters: Parameters): Promise<void> {
      checkParameters(parameters);
      held = {
        ...parameters,
        weights: Float64Array.from(parameters.weights),
        bias: Float64Array.from(parameters.bias),
      };
    },

    async readRunningLoss(): Promise<RunningLoss> {
      return running;
    },

    async writeRunningLoss(loss: RunningLoss): Promise<void> {
      running = loss;
    },

    close() {
      held = undefined;
    },
  };
}

function indicesOf({ start, end, order }: Rows): number[] {
  return Array.from({ length: end - start }, (_, i) =>
    order === undefined ? start + i : (order[start + i] as number),
  );
}

function toFloat32({ features, classes, weights, bias }: Parameters64): Parameters {
  return {
    features,
    classes,
    weights: Float32Array.from(weights),
    bias: Float32Array.from(bias),
  };
}
