// What the host and the workers call. Addresses are of the memory that all of them share.
//
// The host describes the shape and the examples, then calls for a phase; if that gives false, it calls `waitForRest` until it is true.
import { layLanes } from './entries';
import { Format, job, Phase } from './job';
import { BYTE_VALUES, ERRORS, HEAP } from './layout';
import { run } from './parallel';

export { addUp, indexColumns } from './entries';
export { dismiss, serve, waitForRest } from './parallel';
export { adam, momentum } from './rules';
export { sumOfLosses } from './softmax';

/** Of each phase so many chunks a thread: nobody waits long for the last one, and taking one costs little. */
const CHUNKS_A_THREAD = 5;
const MIN_CHUNK = 8;

let threads: i32 = 1;

/** Called once, by the host, before anything else. */
export function prepare(threadCount: i32): void {
  threads = threadCount;
  layLanes();
}

export function heapStart(): usize {
  return HEAP;
}

/** Where 256 floats say what each byte stands for. */
export function byteValues(): usize {
  return BYTE_VALUES;
}

export function describeShape(features: i32, classes: i32): void {
  job().features = features;
  job().classes = classes;
  job().vectors = (classes + 3) >> 2;
  job().rowBytes = job().vectors << 4;
}

/** Values by rows; `starts` and `indices` are 0 where rows are stored whole. */
export function describeExamples(
  format: Format,
  starts: usize,
  indices: usize,
  values: usize,
  labels: usize,
): void {
  job().format = format;
  job().starts = starts;
  job().indices = indices;
  job().values = values;
  job().labels = labels;
}

/** Counts the entries of `rows` rows that are stored whole at `raw`, for `addUp` of `starts`. */
export function countEntries(
  format: Format,
  raw: usize,
  rows: i32,
  features: i32,
  starts: usize,
): bool {
  job().format = format;
  job().matrix = raw;
  job().features = features;
  job().starts = starts;
  return runPhase(Phase.COUNT, rows);
}

/** Writes the entries of the same rows, once their starts are added up. */
export function indexEntries(
  format: Format,
  raw: usize,
  rows: i32,
  features: i32,
  starts: usize,
  indices: usize,
  values: usize,
): bool {
  job().format = format;
  job().matrix = raw;
  job().features = features;
  job().starts = starts;
  job().indices = indices;
  job().values = values;
  return runPhase(Phase.INDEX, rows);
}

/** Examples `start` and the next ones, or those that `order` lists, if that is not 0. */
export function describeRange(start: i32, count: i32, order: usize): void {
  job().start = start;
  job().count = count;
  job().order = order;
}

/** @param parameters features + 1 rows of classes, the last of which is the bias */
export function residuals(parameters: usize, out: usize, losses: usize, factor: f32): bool {
  job().losses = losses;
  job().factor = factor;
  return score(Phase.RESIDUALS, parameters, out);
}

export function probabilities(parameters: usize, out: usize): bool {
  return score(Phase.PROBABILITIES, parameters, out);
}

/** Adds to what `errors` gives. */
export function countErrors(parameters: usize, out: usize): bool {
  return score(Phase.ERRORS, parameters, out);
}

function score(phase: Phase, parameters: usize, out: usize): bool {
  job().matrix = parameters;
  job().base = parameters + <usize>job().features * job().rowBytes;
  job().baseBytes = 0;
  job().decay = 1;
  job().out = out;
  return runPhase(phase, job().count);
}

/** out = decay x out + gradient; where rows are sparse, the examples described must be the columns of those the residuals are of. */
export function gradient(residuals: usize, out: usize, decay: f32): bool {
  job().matrix = residuals;
  job().base = out;
  job().baseBytes = job().rowBytes;
  job().out = out;
  job().decay = decay;
  return runPhase(Phase.GRADIENT, job().features + 1);
}

/** Adds the gradient to `groups` sums of features + 1 rows each. */
export function gradientInGroups(residuals: usize, sums: usize, groups: i32): bool {
  job().matrix = residuals;
  job().sums = sums;
  job().groups = groups;
  return runPhase(Phase.GROUPS, groups);
}

/** out = decay x out + the sums of all groups, which are zero afterwards. */
export function fold(sums: usize, groups: i32, out: usize, decay: f32): bool {
  job().sums = sums;
  job().groups = groups;
  job().out = out;
  job().decay = decay;
  return runPhase(Phase.FOLD, job().features + 1);
}

// @ts-ignore: decorator
@inline
function runPhase(phase: Phase, total: i32): bool {
  const chunks = threads === 1 ? 1 : threads * CHUNKS_A_THREAD;
  job().phase = phase;
  job().total = total;
  job().chunk = phase === Phase.GROUPS ? 1 : max((total + chunks - 1) / chunks, MIN_CHUNK);
  return run();
}

/** Errors counted since the last call. */
export function takeErrors(): i32 {
  return atomic.xchg<i32>(ERRORS, 0);
}

export function clear(at: usize, bytes: usize): void {
  memory.fill(at, 0, bytes);
}
