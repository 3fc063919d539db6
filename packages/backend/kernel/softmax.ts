import { exampleOf, job } from './job';
import { ERRORS } from './layout';
import { exp, log, maxOfLanes, sumOfLanes } from './vectors';

/**
 * Scores of rows `from` to `to` become (probability - 1 for the row's class) x factor. For its loss, each row leaves two floats: the sum
 * of exp(score - largest), and largest - score of its class.
 */
export function toResiduals(from: i32, to: i32): void {
  switch (job().vectors) {
    case 1:
      toResidualsOf1(from, to);
      break;
    case 2:
      toResidualsOf2(from, to);
      break;
    case 3:
      toResidualsOf3(from, to);
      break;
    default:
      toResidualsOfMany(from, to);
  }
}

function toResidualsOf1(from: i32, to: i32): void {
  toResidualsOf(1, from, to);
}
function toResidualsOf2(from: i32, to: i32): void {
  toResidualsOf(2, from, to);
}
function toResidualsOf3(from: i32, to: i32): void {
  toResidualsOf(3, from, to);
}

// @ts-ignore: decorator
@inline
function toResidualsOf(vectors: i32, from: i32, to: i32): void {
  const rowBytes = vectors << 4;
  const labels = job().labels;
  const factor = job().factor;
  const losses = job().losses;
  const out = job().out;
  for (let i = from; i < to; i++) {
    const row = out + <usize>i * rowBytes;
    const label = row + (<usize>load<u8>(labels + exampleOf(i)) << 2);
    const score = load<f32>(label);
    let a = v128.load(row);
    let b = vectors > 1 ? v128.load(row, 16) : a;
    let c = vectors > 2 ? v128.load(row, 32) : a;
    let top = a;
    if (vectors > 1) top = f32x4.max(top, b);
    if (vectors > 2) top = f32x4.max(top, c);
    const largest = maxOfLanes(top);
    const shift = f32x4.splat(largest);
    a = exp(f32x4.sub(a, shift));
    if (vectors > 1) b = exp(f32x4.sub(b, shift));
    if (vectors > 2) c = exp(f32x4.sub(c, shift));
    let total = a;
    if (vectors > 1) total = f32x4.add(total, b);
    if (vectors > 2) total = f32x4.add(total, c);
    const sum = sumOfLanes(total);
    const scale = f32x4.splat(factor / sum);
    v128.store(row, f32x4.mul(a, scale));
    if (vectors > 1) v128.store(row, f32x4.mul(b, scale), 16);
    if (vectors > 2) v128.store(row, f32x4.mul(c, scale), 32);
    store<f32>(label, load<f32>(label) - factor);
    leaveLoss(losses, i, sum, largest - score);
  }
}

function toResidualsOfMany(from: i32, to: i32): void {
  const rowBytes = job().rowBytes;
  const labels = job().labels;
  const factor = job().factor;
  const losses = job().losses;
  for (let i = from; i < to; i++) {
    const row = job().out + <usize>i * rowBytes;
    const label = row + (<usize>load<u8>(labels + exampleOf(i)) << 2);
    const score = load<f32>(label);
    const largest = largestOf(row);
    const sum = exponentials(row, largest);
    multiply(row, factor / sum);
    store<f32>(label, load<f32>(label) - factor);
    leaveLoss(losses, i, sum, largest - score);
  }
}

// @ts-ignore: decorator
@inline
function leaveLoss(losses: usize, i: i32, sum: f32, margin: f32): void {
  const at = losses + (<usize>i << 3);
  store<f32>(at, sum);
  store<f32>(at, margin, 4);
}

/**
 * The negative log-likelihood of the first `count` rows in nats, each log(sum) + margin. Logarithms of sums are added as one of their
 * product, as long as float64 holds it.
 */
export function sumOfLosses(losses: usize, count: i32): f64 {
  let loss: f64 = 0;
  let product: f64 = 1;
  for (let at = losses; at < losses + (<usize>count << 3); at += 8) {
    product *= <f64>load<f32>(at);
    loss += <f64>load<f32>(at, 4);
    if (product > 1e250) {
      loss += log(product);
      product = 1;
    }
  }
  return loss + log(product);
}

export function toProbabilities(from: i32, to: i32): void {
  const rowBytes = job().rowBytes;
  for (let i = from; i < to; i++) {
    const row = job().out + <usize>i * rowBytes;
    multiply(row, <f32>1 / exponentials(row, largestOf(row)));
  }
}

/** Of equal scores the first is the prediction. */
export function countErrors(from: i32, to: i32): void {
  const rowBytes = job().rowBytes;
  const labels = job().labels;
  const classes = job().classes;
  let errors = 0;
  for (let i = from; i < to; i++) {
    const row = job().out + <usize>i * rowBytes;
    let prediction = 0;
    let largest = load<f32>(row);
    for (let k = 1; k < classes; k++) {
      const score = load<f32>(row + (<usize>k << 2));
      if (score > largest) {
        largest = score;
        prediction = k;
      }
    }
    errors += <i32>(prediction !== <i32>load<u8>(labels + exampleOf(i)));
  }
  atomic.add<i32>(ERRORS, errors);
}

// @ts-ignore: decorator
@inline
function largestOf(row: usize): f32 {
  const vectors = job().vectors;
  let largest = v128.load(row);
  for (let v = 1; v < vectors; v++) {
    largest = f32x4.max(largest, v128.load(row + (<usize>v << 4)));
  }
  return maxOfLanes(largest);
}

/** Puts exp(score - largest) in the places of the scores. @returns their sum */
// @ts-ignore: decorator
@inline
function exponentials(row: usize, largest: f32): f32 {
  const vectors = job().vectors;
  let sum = f32x4.splat(0);
  for (let v = 0; v < vectors; v++) {
    const at = row + (<usize>v << 4);
    const value = exp(f32x4.sub(v128.load(at), f32x4.splat(largest)));
    v128.store(at, value);
    sum = f32x4.add(sum, value);
  }
  return sumOfLanes(sum);
}

// @ts-ignore: decorator
@inline
function multiply(row: usize, factor: f32): void {
  const vectors = job().vectors;
  for (let v = 0; v < vectors; v++) {
    const at = row + (<usize>v << 4);
    v128.store(at, f32x4.mul(v128.load(at), f32x4.splat(factor)));
  }
}
