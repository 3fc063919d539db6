import type { Format } from './format.js';

/** Waits until the phase that a call of the kernel began is done, given what the call returned. */
export type Finish = (done: number) => void;

/** What the compiled code in `kernel/` exports; see there. Addresses are of its memory, sizes in bytes unless they say otherwise. */
export interface Kernel {
  heapStart(): number;
  byteValues(): number;
  prepare(threads: number): void;
  describeShape(features: number, classes: number): void;
  describeExamples(
    format: Format,
    starts: number,
    indices: number,
    values: number,
    labels: number,
  ): void;
  describeRange(start: number, count: number, order: number): void;

  residuals(parameters: number, out: number, losses: number, factor: number): number;
  probabilities(parameters: number, out: number): number;
  countErrors(parameters: number, out: number): number;
  gradient(residuals: number, out: number, decay: number): number;
  gradientInGroups(residuals: number, sums: number, groups: number): number;
  fold(sums: number, groups: number, out: number, decay: number): number;
  waitForRest(maySleep: boolean): number;

  momentum(
    parameters: number,
    gradient: number,
    velocity: number,
    rows: number,
    rowBytes: number,
    rate: number,
    l2: number,
    kept: number,
    looksAhead: boolean,
  ): void;
  adam(
    parameters: number,
    gradient: number,
    mean: number,
    square: number,
    rows: number,
    rowBytes: number,
    rate: number,
    l2: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    correction: number,
    epsilon: number,
  ): void;

  sumOfLosses(losses: number, count: number): number;
  takeErrors(): number;
  clear(at: number, bytes: number): void;

  countEntries(format: Format, raw: number, rows: number, features: number, starts: number): number;
  addUp(starts: number, rows: number): number;
  indexEntries(
    format: Format,
    raw: number,
    rows: number,
    features: number,
    starts: number,
    indices: number,
    values: number,
  ): number;
  indexColumns(
    valueBytes: number,
    starts: number,
    indices: number,
    values: number,
    rows: number,
    features: number,
    columnStarts: number,
    columnRows: number,
    columnValues: number,
  ): void;

  serve(): void;
  dismiss(): void;
}

export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernel {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernel;
}
