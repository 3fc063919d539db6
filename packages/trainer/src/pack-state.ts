import type { Parameters } from '@softreg/backend';
import type { ErrorCount } from '@softreg/model';
import { TrainingError } from './errors.js';
import type { RandomState } from './random.js';
import type { HistoryEntry, TrainingState } from './state.js';

/** A state as named arrays and one JSON value: the form that a checkpoint file holds. */
export interface PackedState {
  readonly arrays: Readonly<Record<string, { shape: readonly number[]; data: Float32Array }>>;
  /** JSON text. */
  readonly values: string;
}

const SLOT_PREFIX = 'slots.';

export function packState(state: TrainingState): PackedState {
  const { parameters, slots, best, ...values } = state;
  return {
    arrays: {
      ...packParameters('', parameters),
      ...(best && packParameters('best_', best.parameters)),
      ...Object.fromEntries(
        Object.entries(slots).map(([name, data]) => [
          `${SLOT_PREFIX}${name}`,
          { shape: [data.length], data },
        ]),
      ),
    },
    values: JSON.stringify({ ...values, best: best && { ...best, parameters: undefined } }),
  };
}

function packParameters(prefix: string, { features, classes, weights, bias }: Parameters) {
  return {
    [`${prefix}weights`]: { shape: [features, classes], data: weights },
    [`${prefix}bias`]: { shape: [classes], data: bias },
  };
}

/** @throws TrainingError TRAINING_INVALID_STATE naming the part that is missing or wrong */
export function unpackState({ arrays, values }: PackedState): TrainingState {
  const fields = parse(values);
  const best = fields.best === undefined ? undefined : record(fields.best, 'best');
  const runningLoss = record(fields.runningLoss, 'running loss');
  const parameters = unpackParameters(arrays, '');
  return {
    parameters,
    slots: Object.fromEntries(
      Object.entries(arrays)
        .filter(([name]) => name.startsWith(SLOT_PREFIX))
        .map(([name, slot]) => [name.slice(SLOT_PREFIX.length), unpackSlot(name, slot)]),
    ),
    iterations: count(fields.iterations, 'iterations'),
    patience: number(fields.patience, 'patience'),
    runningLoss: {
      sum: number(runningLoss.sum, 'running loss'),
      steps: count(runningLoss.steps, 'running loss'),
    },
    random: randomState(fields.random),
    best: best && {
      ...position(best),
      parameters: sameShape(parameters, unpackParameters(arrays, 'best_')),
      validation: errorCount(best.validation),
      test: errorCount(best.test),
    },
    history: list(fields.history, 'history').map(historyEntry),
  };
}

function unpackSlot(name: string, { shape, data }: PackedState['arrays'][string]): Float32Array {
  if (shape.length === 1 && shape[0] === data.length) return data;
  throw invalid(name, `${data.length} numbers in one dimension`, shape.join(' x '));
}

function unpackParameters(arrays: PackedState['arrays'], prefix: string): Parameters {
  const weights = arrays[`${prefix}weights`];
  const bias = arrays[`${prefix}bias`];
  const [features, classes, ...rest] = weights?.shape ?? [];
  if (
    !weights ||
    !bias ||
    !features ||
    !classes ||
    rest.length > 0 ||
    bias.shape[0] !== classes ||
    weights.data.length !== features * classes ||
    bias.data.length !== classes
  ) {
    throw invalid(
      `${prefix}weights and ${prefix}bias`,
      'features x classes and classes',
      `${weights?.shape.join(' x ')} and ${bias?.shape.join(' x ')}`,
    );
  }
  return { features, classes, weights: weights.data, bias: bias.data };
}

function sameShape({ features, classes }: Parameters, best: Parameters): Parameters {
  if (best.features === features && best.classes === classes) return best;
  throw invalid('best_weights', `${features} x ${classes}`, `${best.features} x ${best.classes}`);
}

function historyEntry(value: unknown): HistoryEntry {
  const entry = record(value, 'history');
  return {
    ...position(entry),
    validation: errorCount(entry.validation),
    ...(entry.test !== undefined && { test: errorCount(entry.test) }),
  };
}

function position(fields: Record<string, unknown>) {
  return { epoch: count(fields.epoch, 'epoch'), minibatch: count(fields.minibatch, 'minibatch') };
}

function errorCount(value: unknown): ErrorCount {
  const fields = record(value, 'score');
  return { errors: count(fields.errors, 'errors'), count: count(fields.count, 'count') };
}

function randomState(value: unknown): RandomState {
  const words = list(value, 'random').map((word) => count(word, 'random'));
  if (
    words.length !== 4 ||
    words.some((word) => word >= 2 ** 32) ||
    words.every((word) => word === 0)
  ) {
    throw invalid('random', 'four numbers below 2^32, not all 0', JSON.stringify(value));
  }
  return words as unknown as RandomState;
}

function parse(values: string): Record<string, unknown> {
  try {
    return record(JSON.parse(values), 'values');
  } catch (error) {
    if (TrainingError.isInstance(error)) throw error;
    throw invalid('values', 'JSON', 'other text');
  }
}

function record(value: unknown, subject: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw invalid(subject, 'an object', JSON.stringify(value) ?? 'nothing');
}

function list(value: unknown, subject: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw invalid(subject, 'a list', JSON.stringify(value) ?? 'nothing');
}

function number(value: unknown, subject: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw invalid(subject, 'a finite number', JSON.stringify(value) ?? 'nothing');
}

function count(value: unknown, subject: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw invalid(subject, 'a whole number of 0 or more', JSON.stringify(value) ?? 'nothing');
}

function invalid(subject: string, expected: string, found: string): TrainingError {
  return new TrainingError({
    code: 'TRAINING_INVALID_STATE',
    subject: `state, ${subject}`,
    expected,
    found,
  });
}
